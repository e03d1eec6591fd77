package dev.swivel.core.watch.decode;

import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.Node;
import dev.swivel.core.model.Problem;
import io.fabric8.kubernetes.api.model.NodeAddress;
import io.fabric8.kubernetes.api.model.NodeSpec;
import io.fabric8.kubernetes.api.model.NodeStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Node to record (spec 1.3, 2.8).
final class NodeDecoder {
    private static final String ZONE = "topology.kubernetes.io/zone";
    private static final String LEAVING = "ToBeDeletedByClusterAutoscaler";

    private NodeDecoder() {}

    static Optional<Node> decode(io.fabric8.kubernetes.api.model.Node node, Problems problems) {
        String name = Fields.text(node.getMetadata().getName());
        if (name.isEmpty()) {
            problems.add("InvalidName", "metadata.name is missing");
            return Optional.empty();
        }
        String zone = Fields.text(Fields.map(node.getMetadata().getLabels()).get(ZONE));
        boolean leaving =
                node.getMetadata().getDeletionTimestamp() != null || isTainted(node.getSpec());
        return Optional.of(
                new Node(
                        name,
                        ips(node.getStatus(), problems),
                        zone.isEmpty() ? Optional.empty() : Optional.of(zone),
                        podCidrs(node.getSpec(), problems),
                        leaving));
    }

    private static boolean isTainted(@Nullable NodeSpec spec) {
        return spec != null
                && Fields.list(spec.getTaints()).stream()
                        .anyMatch(taint -> taint != null && LEAVING.equals(taint.getKey()));
    }

    private static List<IpAddress> ips(@Nullable NodeStatus status, Problems problems) {
        List<IpAddress> ips = new ArrayList<>();
        if (status != null) {
            addIps("InternalIP", status, ips, problems);
            addIps("ExternalIP", status, ips, problems);
        }
        return ips;
    }

    private static void addIps(
            String type, NodeStatus status, List<IpAddress> into, Problems problems) {
        for (NodeAddress address : Fields.list(status.getAddresses())) {
            if (address != null && type.equals(address.getType())) {
                Fields.address("status.addresses " + type, address.getAddress(), problems)
                        .filter(ip -> !into.contains(ip))
                        .ifPresent(into::add);
            }
        }
    }

    private static List<Cidr> podCidrs(@Nullable NodeSpec spec, Problems problems) {
        List<Cidr> cidrs = new ArrayList<>();
        if (spec == null) {
            return cidrs;
        }
        List<@Nullable String> texts = Fields.list(spec.getPodCIDRs());
        if (texts.isEmpty() && !Fields.text(spec.getPodCIDR()).isEmpty()) {
            texts = List.of(spec.getPodCIDR());
        }
        for (String text : texts) {
            Optional<Cidr> cidr = text == null ? Optional.empty() : Cidr.parse(text);
            if (cidr.isPresent()) {
                cidrs.add(cidr.get());
            } else {
                problems.add(
                        "InvalidCIDR", "spec.podCIDRs " + Problem.quoted(text) + " is no CIDR");
            }
        }
        return cidrs;
    }
}
