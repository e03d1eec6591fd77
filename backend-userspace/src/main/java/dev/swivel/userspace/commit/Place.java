package dev.swivel.userspace.commit;

import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.IpFamily;
import dev.swivel.linux.route.LocalRange;
import dev.swivel.userspace.render.InnerRange;

/// [InnerRange] as the bindings know it.
public final class Place {
    private Place() {}

    public static LocalRange range(IpFamily family) {
        Cidr range = InnerRange.of(family);
        return new LocalRange(range.address().toInetAddress(), range.prefix());
    }
}
