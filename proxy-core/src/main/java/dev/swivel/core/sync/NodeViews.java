package dev.swivel.core.sync;

import dev.swivel.core.config.ProxyConfig;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.Node;
import dev.swivel.core.model.NodeView;
import java.util.List;
import java.util.Optional;

/// Works out what each family needs to know of this node, from its Node object, its interfaces and
/// the configuration (spec 11.5 to 11.7).
public final class NodeViews {
    private NodeViews() {}

    /// @param node the own Node, if one has been seen
    /// @param present every address that the node's interfaces carry now
    public static NodeView of(
            ProxyConfig config,
            String nodeName,
            IpFamily family,
            Optional<Node> node,
            List<IpAddress> present) {
        List<IpAddress> ips = ips(config, family, node);
        boolean localhost =
                family == IpFamily.IPV4
                        && config.iptables().localhostNodePorts()
                        && config.nodePortAddresses().includesLoopbackV4();
        return new NodeView(
                nodeName,
                node.flatMap(Node::zone),
                ips,
                config.detectLocal().resolve(family, node),
                config.nodePortAddresses().resolve(family, ips, present, localhost),
                present.stream().filter(ip -> ip.family() == family).toList(),
                localhost);
    }

    /// A bind address that is an address of the node goes before the Node's own (spec 11.5).
    private static List<IpAddress> ips(ProxyConfig config, IpFamily family, Optional<Node> node) {
        Optional<IpAddress> bound =
                IpAddress.parse(config.bindAddress())
                        .filter(ip -> ip.family() == family && !ip.isUnspecified());
        return bound.map(List::of)
                .orElseGet(() ->
                        node.map(Node::ips).orElse(List.of()).stream()
                                .filter(ip -> ip.family() == family)
                                .toList());
    }
}
