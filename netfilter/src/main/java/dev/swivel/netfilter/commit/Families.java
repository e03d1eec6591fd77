package dev.swivel.netfilter.commit;

import dev.swivel.core.model.IpFamily;
import dev.swivel.linux.iptables.FlavourDetector;
import dev.swivel.linux.iptables.Iptables;
import dev.swivel.netfilter.rule.Table;
import java.io.IOException;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The core's IP families, as the bindings know them.
public final class Families {
    private static final Logger LOG = LoggerFactory.getLogger(Families.class);

    private Families() {}

    public static dev.swivel.linux.IpFamily linux(IpFamily family) {
        return switch (family) {
            case IPV4 -> dev.swivel.linux.IpFamily.IPV4;
            case IPV6 -> dev.swivel.linux.IpFamily.IPV6;
        };
    }

    /// The iptables programs of each family, of the flavour that this machine uses (which is
    /// logged), tried: one without a nat table fails here and now.
    public static Map<IpFamily, Iptables> programs(Collection<IpFamily> families)
            throws IOException {
        var detected = FlavourDetector.detect();
        LOG.info("iptables flavour {}: {}", detected.flavour().label(), detected.reason());
        Map<IpFamily, Iptables> programs = new EnumMap<>(IpFamily.class);
        for (IpFamily family : families) {
            Iptables iptables = Iptables.open(linux(family), detected.flavour());
            var _ = iptables.save(Table.NAT.text());
            programs.put(family, iptables);
        }
        return programs;
    }
}
