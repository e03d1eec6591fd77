package dev.swivel.userspace.commit;

import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The clients whose sources rules keep now, by [dev.swivel.userspace.render.InnerRange#mirror].
/// Written by the sync thread, read by the event loops.
public final class MirroredSources {
    private final Map<IpFamily, Cidr> ranges = new ConcurrentHashMap<>();

    boolean contains(IpAddress client) {
        Cidr range = ranges.get(client.family());
        return range != null && range.contains(client);
    }

    Optional<Cidr> of(IpFamily family) {
        return Optional.ofNullable(ranges.get(family));
    }

    void put(IpFamily family, Optional<Cidr> range) {
        range.ifPresentOrElse(r -> ranges.put(family, r), () -> ranges.remove(family));
    }
}
