package dev.swivel.core.config;

import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.NodePortAddresses;
import java.util.List;

/// `nodePortAddresses`: on which of the node's addresses node ports answer (spec 11.7).
public sealed interface NodePortRanges {
    /// Addresses in these ranges. Empty means all addresses.
    record InRanges(List<Cidr> ranges) implements NodePortRanges {
        public InRanges {
            ranges = List.copyOf(ranges);
        }
    }

    /// `primary`: only the node's own IPs, one per family.
    record Primary() implements NodePortRanges {}

    /// What it means now for one family.
    ///
    /// @param nodeIps the node's IPs of that family, primary first
    /// @param present every address that the node's interfaces carry
    /// @param loopbackAllowed whether a loopback address may be among the result
    default NodePortAddresses resolve(
            IpFamily family,
            List<IpAddress> nodeIps,
            List<IpAddress> present,
            boolean loopbackAllowed) {
        return switch (this) {
            case Primary() ->
                    new NodePortAddresses.Only(
                            nodeIps.stream().filter(ip -> !ip.isLoopback()).limit(1).toList());
            case InRanges(var ranges) -> inRanges(family, ranges, present, loopbackAllowed);
        };
    }

    private static NodePortAddresses inRanges(
            IpFamily family, List<Cidr> ranges, List<IpAddress> present, boolean loopbackAllowed) {
        if (ranges.isEmpty()
                || ranges.stream().anyMatch(r -> r.family() == family && r.isEverything())) {
            return NodePortAddresses.ALL;
        }
        return new NodePortAddresses.Only(
                present.stream()
                        .filter(ip ->
                                ip.family() == family && (loopbackAllowed || !ip.isLoopback()))
                        .filter(ip -> ranges.stream().anyMatch(range -> range.contains(ip)))
                        .toList());
    }

    /// Whether 127.0.0.1 is among the addresses asked for (spec 4.8).
    default boolean includesLoopbackV4() {
        return switch (this) {
            case Primary() -> false;
            case InRanges(var ranges) ->
                    ranges.isEmpty()
                            || ranges.stream().anyMatch(r -> r.contains(IpAddress.of("127.0.0.1")));
        };
    }
}
