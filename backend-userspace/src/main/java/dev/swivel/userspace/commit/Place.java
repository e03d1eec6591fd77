package dev.swivel.userspace.commit;

import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.IpFamily;
import dev.swivel.linux.route.LocalRange;
import dev.swivel.userspace.render.InnerRange;
import java.util.List;

/// [InnerRange] as the bindings know it.
public final class Place {
    private Place() {}

    public static LocalRange range(Cidr range) {
        return new LocalRange(range.address().toInetAddress(), range.prefix());
    }

    /// All that may be local at some time.
    static List<Cidr> all(IpFamily family) {
        return List.of(InnerRange.of(family), InnerRange.mirrors(family));
    }
}
