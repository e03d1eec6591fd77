package dev.swivel.netfilter.commit;

import dev.swivel.core.model.IpFamily;

/// The core's IP families, as the bindings know them.
public final class Families {
    private Families() {}

    public static dev.swivel.linux.IpFamily linux(IpFamily family) {
        return switch (family) {
            case IPV4 -> dev.swivel.linux.IpFamily.IPV4;
            case IPV6 -> dev.swivel.linux.IpFamily.IPV6;
        };
    }
}
