package dev.swivel.netfilter.commit;

import dev.swivel.core.model.IpFamily;
import dev.swivel.linux.iptables.Flavour;
import dev.swivel.linux.iptables.Iptables;
import dev.swivel.netfilter.rule.Table;
import java.io.IOException;

/// The core's IP families, as the bindings know them.
public final class Families {
    private Families() {}

    public static dev.swivel.linux.IpFamily linux(IpFamily family) {
        return switch (family) {
            case IPV4 -> dev.swivel.linux.IpFamily.IPV4;
            case IPV6 -> dev.swivel.linux.IpFamily.IPV6;
        };
    }

    /// The iptables programs of a family, tried: without a nat table this fails here and now.
    public static Iptables program(IpFamily family, Flavour flavour) throws IOException {
        Iptables iptables = Iptables.open(linux(family), flavour);
        var _ = iptables.save(Table.NAT.text());
        return iptables;
    }
}
