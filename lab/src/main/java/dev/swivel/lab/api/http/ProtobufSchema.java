package dev.swivel.lab.api.http;

import java.util.Map;
import java.util.Optional;

/// Field numbers of the messages that clients send as protobuf. Source: the `generated.proto` files
/// of the published API types; numbers never change.
final class ProtobufSchema {
    /// A field and the name it has in JSON.
    sealed interface Field {
        record Text(String name) implements Field {}

        record Texts(String name) implements Field {}

        record Int(String name) implements Field {}

        record Bool(String name) implements Field {}

        record Bytes(String name) implements Field {}

        /// Text to text.
        record Map(String name) implements Field {}

        record One(String name, Message schema) implements Field {}

        record Many(String name, Message schema) implements Field {}

        record Time(String name) implements Field {}

        record IntOrString(String name) implements Field {}
    }

    /// A message, by field number.
    record Message(Map<Integer, Field> fields) {}

    static final Message TIME =
            new Message(Map.of(1, new Field.Int("seconds"), 2, new Field.Int("nanos")));
    static final Message INT_OR_STRING =
            new Message(
                    Map.of(
                            1, new Field.Int("type"),
                            2, new Field.Int("number"),
                            3, new Field.Text("text")));
    static final Message MAP_ENTRY =
            new Message(Map.of(1, new Field.Text("key"), 2, new Field.Text("value")));

    private static final Message TYPE_META =
            new Message(Map.of(1, new Field.Text("apiVersion"), 2, new Field.Text("kind")));
    static final Message UNKNOWN =
            new Message(Map.of(1, new Field.One("typeMeta", TYPE_META), 2, new Field.Bytes("raw")));

    private static final Message OBJECT_META =
            new Message(
                    Map.of(
                            1, new Field.Text("name"),
                            2, new Field.Text("generateName"),
                            3, new Field.Text("namespace"),
                            5, new Field.Text("uid"),
                            6, new Field.Text("resourceVersion"),
                            11, new Field.Map("labels"),
                            12, new Field.Map("annotations"),
                            14, new Field.Texts("finalizers")));
    private static final Field METADATA = new Field.One("metadata", OBJECT_META);

    private static final Message SERVICE_PORT =
            new Message(
                    Map.of(
                            1, new Field.Text("name"),
                            2, new Field.Text("protocol"),
                            3, new Field.Int("port"),
                            4, new Field.IntOrString("targetPort"),
                            5, new Field.Int("nodePort"),
                            6, new Field.Text("appProtocol")));
    private static final Message AFFINITY =
            new Message(
                    Map.of(
                            1,
                            new Field.One(
                                    "clientIP",
                                    new Message(Map.of(1, new Field.Int("timeoutSeconds"))))));
    private static final Message SERVICE_SPEC =
            new Message(
                    Map.ofEntries(
                            Map.entry(1, new Field.Many("ports", SERVICE_PORT)),
                            Map.entry(2, new Field.Map("selector")),
                            Map.entry(3, new Field.Text("clusterIP")),
                            Map.entry(4, new Field.Text("type")),
                            Map.entry(5, new Field.Texts("externalIPs")),
                            Map.entry(7, new Field.Text("sessionAffinity")),
                            Map.entry(8, new Field.Text("loadBalancerIP")),
                            Map.entry(9, new Field.Texts("loadBalancerSourceRanges")),
                            Map.entry(10, new Field.Text("externalName")),
                            Map.entry(11, new Field.Text("externalTrafficPolicy")),
                            Map.entry(12, new Field.Int("healthCheckNodePort")),
                            Map.entry(13, new Field.Bool("publishNotReadyAddresses")),
                            Map.entry(14, new Field.One("sessionAffinityConfig", AFFINITY)),
                            Map.entry(17, new Field.Text("ipFamilyPolicy")),
                            Map.entry(18, new Field.Texts("clusterIPs")),
                            Map.entry(19, new Field.Texts("ipFamilies")),
                            Map.entry(20, new Field.Bool("allocateLoadBalancerNodePorts")),
                            Map.entry(21, new Field.Text("loadBalancerClass")),
                            Map.entry(22, new Field.Text("internalTrafficPolicy")),
                            Map.entry(23, new Field.Text("trafficDistribution"))));

    private static final Message REFERENCE =
            new Message(
                    Map.of(
                            1, new Field.Text("kind"),
                            2, new Field.Text("namespace"),
                            3, new Field.Text("name"),
                            4, new Field.Text("uid"),
                            5, new Field.Text("apiVersion"),
                            6, new Field.Text("resourceVersion"),
                            7, new Field.Text("fieldPath")));
    private static final Message NEW_EVENT =
            new Message(
                    Map.of(
                            1, METADATA,
                            2, new Field.Time("eventTime"),
                            4, new Field.Text("reportingController"),
                            5, new Field.Text("reportingInstance"),
                            6, new Field.Text("action"),
                            7, new Field.Text("reason"),
                            8, new Field.One("regarding", REFERENCE),
                            9, new Field.One("related", REFERENCE),
                            10, new Field.Text("note"),
                            11, new Field.Text("type")));

    private static final Message PRECONDITIONS =
            new Message(Map.of(1, new Field.Text("uid"), 2, new Field.Text("resourceVersion")));
    private static final Message DELETE_OPTIONS =
            new Message(
                    Map.of(
                            2, new Field.One("preconditions", PRECONDITIONS),
                            4, new Field.Text("propagationPolicy"),
                            5, new Field.Texts("dryRun")));

    private static final Map<String, Message> BY_KIND =
            Map.of(
                    "v1 Service",
                    new Message(Map.of(1, METADATA, 2, new Field.One("spec", SERVICE_SPEC))),
                    "v1 Namespace",
                    new Message(Map.of(1, METADATA)),
                    "v1 ConfigMap",
                    new Message(
                            Map.of(
                                    1, METADATA,
                                    2, new Field.Map("data"),
                                    4, new Field.Bool("immutable"))),
                    "events.k8s.io/v1 Event",
                    NEW_EVENT);

    private ProtobufSchema() {}

    static Optional<Message> of(String apiVersion, String kind) {
        return kind.equals("DeleteOptions")
                ? Optional.of(DELETE_OPTIONS)
                : Optional.ofNullable(BY_KIND.get(apiVersion + " " + kind));
    }
}
