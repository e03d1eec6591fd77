package dev.swivel.daemon;

import dev.swivel.core.config.ConfigException;
import dev.swivel.core.config.DetectLocal;
import dev.swivel.core.config.HostPort;
import dev.swivel.core.config.NodePortRanges;
import dev.swivel.core.config.ProxyConfig;
import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Whether the addresses in the configuration are of families that this node has (spec 1.4).
final class AddressFamilies {
    private final ProxyConfig config;
    private final Set<IpFamily> served;
    private final List<String> warnings = new ArrayList<>();

    private AddressFamilies(ProxyConfig config, Set<IpFamily> served) {
        this.config = config;
        this.served = served;
    }

    /// @param served the families of this node
    /// @return what is odd, one line each
    /// @throws ConfigException if local traffic could never be told
    static List<String> check(ProxyConfig config, Set<IpFamily> served) throws ConfigException {
        AddressFamilies check = new AddressFamilies(config, served);
        check.clusterCidr();
        check.nodePortAddresses();
        check.outside("ipvs.excludeCIDRs", families(config.ipvs().excludeCidrs()));
        check.bindAddress("healthzBindAddress", config.healthzBindAddress());
        check.bindAddress("metricsBindAddress", config.metricsBindAddress());
        return check.warnings;
    }

    private static Set<IpFamily> families(Collection<Cidr> cidrs) {
        return cidrs.stream()
                .map(Cidr::family)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(IpFamily.class)));
    }

    private Set<IpFamily> ofCluster() {
        return config.detectLocal() instanceof DetectLocal.ClusterCidr(var cidrs)
                ? families(cidrs)
                : Set.of();
    }

    private void clusterCidr() throws ConfigException {
        Set<IpFamily> given = ofCluster();
        if (!given.isEmpty() && given.stream().noneMatch(served::contains)) {
            throw new ConfigException(
                    "clusterCIDR: has ranges of "
                            + labels(given)
                            + " only, but this node has "
                            + labels(served)
                            + "; allowed: a range of a family that the node has");
        }
    }

    private void nodePortAddresses() {
        if (config.nodePortAddresses() instanceof NodePortRanges.InRanges(var ranges)
                && !ranges.isEmpty()) {
            Set<IpFamily> without = EnumSet.copyOf(served);
            without.removeAll(families(ranges));
            if (ofCluster().size() > 1 && !without.isEmpty()) {
                warnings.add(
                        "nodePortAddresses has no range of "
                                + labels(without)
                                + ": node ports do not answer there");
            }
            outside("nodePortAddresses", families(ranges));
        }
    }

    private void bindAddress(String field, String hostPort) {
        if (!hostPort.isEmpty()) {
            IpAddress ip = IpAddress.of(HostPort.socketAddress(hostPort).getAddress());
            if (!ip.isUnspecified()) {
                outside(field, Set.of(ip.family()));
            }
        }
    }

    /// Of no use on a node without that family.
    private void outside(String field, Set<IpFamily> given) {
        if (!given.isEmpty() && given.stream().noneMatch(served::contains)) {
            warnings.add(field + " is of " + labels(given) + ", which this node does not have");
        }
    }

    private static String labels(Set<IpFamily> families) {
        return families.stream().sorted().map(IpFamily::label).collect(Collectors.joining(", "));
    }
}
