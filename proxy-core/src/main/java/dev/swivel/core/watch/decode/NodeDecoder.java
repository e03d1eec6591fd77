package dev.swivel.core.watch.decode;

import com.fasterxml.jackson.databind.JsonNode;
import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.Node;
import dev.swivel.core.model.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Node to record (spec 1.3, 2.8).
final class NodeDecoder {
    private static final String ZONE = "topology.kubernetes.io/zone";
    private static final String LEAVING = "ToBeDeletedByClusterAutoscaler";

    private NodeDecoder() {}

    static Optional<Node> decode(JsonNode node, Problems problems) {
        JsonNode metadata = node.path("metadata");
        String name = Fields.text(metadata.path("name"));
        if (name.isEmpty()) {
            problems.add("InvalidName", "metadata.name is missing");
            return Optional.empty();
        }
        String zone = Fields.text(Fields.object(metadata.path("labels")).path(ZONE));
        JsonNode spec = Fields.object(node.path("spec"));
        return Optional.of(
                new Node(
                        name,
                        ips(Fields.object(node.path("status")), problems),
                        zone.isEmpty() ? Optional.empty() : Optional.of(zone),
                        podCidrs(spec, problems),
                        metadata.hasNonNull("deletionTimestamp") || isTainted(spec)));
    }

    private static boolean isTainted(JsonNode spec) {
        return Fields.list(spec.path("taints")).stream()
                .anyMatch(taint ->
                        LEAVING.equals(Fields.textOrNull(Fields.object(taint).path("key"))));
    }

    private static List<IpAddress> ips(JsonNode status, Problems problems) {
        List<IpAddress> ips = new ArrayList<>();
        addIps("InternalIP", status, ips, problems);
        addIps("ExternalIP", status, ips, problems);
        return ips;
    }

    private static void addIps(
            String type, JsonNode status, List<IpAddress> into, Problems problems) {
        for (JsonNode address : Fields.list(status.path("addresses"))) {
            if (type.equals(Fields.textOrNull(Fields.object(address).path("type")))) {
                Fields.address(
                                "status.addresses " + type,
                                Fields.textOrNull(address.path("address")),
                                problems)
                        .filter(ip -> !into.contains(ip))
                        .ifPresent(into::add);
            }
        }
    }

    private static List<Cidr> podCidrs(JsonNode spec, Problems problems) {
        List<Cidr> cidrs = new ArrayList<>();
        List<@Nullable String> texts = Fields.texts(spec.path("podCIDRs"));
        String first = Fields.text(spec.path("podCIDR"));
        if (texts.isEmpty() && !first.isEmpty()) {
            texts = List.of(first);
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
