package dev.swivel.netfilter.commit;

import dev.swivel.core.model.IpFamily;
import dev.swivel.linux.iptables.Flavour;
import dev.swivel.linux.iptables.Iptables;
import dev.swivel.netfilter.rule.Table;
import java.io.IOException;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;

/// The core's IP families, as the bindings know them.
public final class Families {
    private Families() {}

    public static dev.swivel.linux.IpFamily linux(IpFamily family) {
        return switch (family) {
            case IPV4 -> dev.swivel.linux.IpFamily.IPV4;
            case IPV6 -> dev.swivel.linux.IpFamily.IPV6;
        };
    }

    /// The iptables programs of each family, tried: one without a nat table fails here and now.
    public static Map<IpFamily, Iptables> programs(Collection<IpFamily> families, Flavour flavour)
            throws IOException {
        Map<IpFamily, Iptables> programs = new EnumMap<>(IpFamily.class);
        for (IpFamily family : families) {
            Iptables iptables = Iptables.open(linux(family), flavour);
            var _ = iptables.save(Table.NAT.text());
            programs.put(family, iptables);
        }
        return programs;
    }
}
