package dev.swivel.core.watch.decode;

import com.fasterxml.jackson.databind.JsonNode;
import dev.swivel.core.watch.Kind;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Of which types the fields are that a proxy reads, by the API's definition. A value of another
/// type must not be taken for an absent one, which may mean something else: no source ranges are no
/// restriction. What is absent or null has every shape.
final class Shape {
    private static final String ITEM = "[]";
    private static final String ANY = "*";

    private static final Shape SERVICE =
            parse(
                    """
                    metadata.name text
                    metadata.namespace text
                    metadata.creationTimestamp text
                    metadata.labels.* text
                    metadata.annotations.* text
                    spec.type text
                    spec.clusterIP text
                    spec.clusterIPs[] text
                    spec.ipFamilies[] text
                    spec.externalIPs[] text
                    spec.loadBalancerSourceRanges[] text
                    spec.externalTrafficPolicy text
                    spec.internalTrafficPolicy text
                    spec.healthCheckNodePort number
                    spec.sessionAffinity text
                    spec.sessionAffinityConfig.clientIP.timeoutSeconds number
                    spec.ports[].name text
                    spec.ports[].protocol text
                    spec.ports[].port number
                    spec.ports[].nodePort number
                    status.loadBalancer.ingress[].ip text
                    status.loadBalancer.ingress[].ipMode text
                    """);

    private static final Shape SLICE =
            parse(
                    """
                    metadata.name text
                    metadata.namespace text
                    metadata.labels.* text
                    metadata.annotations.* text
                    addressType text
                    ports[].name text
                    ports[].protocol text
                    ports[].port number
                    endpoints[].addresses[] text
                    endpoints[].nodeName text
                    endpoints[].conditions.ready flag
                    endpoints[].conditions.serving flag
                    endpoints[].conditions.terminating flag
                    endpoints[].hints.forZones[].name text
                    endpoints[].hints.forNodes[].name text
                    """);

    private static final Shape NODE =
            parse(
                    """
                    metadata.name text
                    metadata.labels.* text
                    spec.podCIDR text
                    spec.podCIDRs[] text
                    spec.taints[].key text
                    status.addresses[].type text
                    status.addresses[].address text
                    """);

    private enum Type {
        TEXT,
        NUMBER,
        FLAG,
        LIST,
        OBJECT;

        boolean fits(JsonNode value) {
            return switch (this) {
                case TEXT -> value.isTextual();
                case NUMBER -> value.isIntegralNumber() && value.canConvertToInt();
                case FLAG -> value.isBoolean();
                case LIST -> value.isArray();
                case OBJECT -> value.isObject();
            };
        }
    }

    private final Type type;
    private final Map<String, Shape> parts = new LinkedHashMap<>();

    private Shape(Type type) {
        this.type = type;
    }

    static Shape of(Kind kind) {
        return switch (kind) {
            case SERVICE -> SERVICE;
            case SLICE -> SLICE;
            case NODE -> NODE;
        };
    }

    private static Shape parse(String lines) {
        Shape root = new Shape(Type.OBJECT);
        lines.lines()
                .forEach(line -> {
                    String[] words = line.split(" ", -1);
                    String[] path = words[0].replace(ITEM, "." + ITEM).split("\\.", -1);
                    Shape at = root;
                    for (int i = 0; i < path.length; i++) {
                        Type type = type(path, i + 1, words[1]);
                        at = at.parts.computeIfAbsent(path[i], _ -> new Shape(type));
                    }
                });
        return root;
    }

    private static Type type(String[] path, int next, String leaf) {
        if (next == path.length) {
            return Type.valueOf(leaf.toUpperCase(Locale.ROOT));
        }
        return path[next].equals(ITEM) ? Type.LIST : Type.OBJECT;
    }

    /// Where the first value of another type is, as `spec.ports[0].port`.
    Optional<String> mismatch(JsonNode object) {
        String path = find(object);
        return path == null
                ? Optional.empty()
                : Optional.of(path.startsWith(".") ? path.substring(1) : path);
    }

    /// Makes no text as long as nothing is wrong.
    private @Nullable String find(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!type.fits(value)) {
            return "";
        }
        for (Map.Entry<String, Shape> part : parts.entrySet()) {
            String path =
                    switch (part.getKey()) {
                        case ITEM -> inItems(value, part.getValue());
                        case ANY -> inProperties(value, part.getValue());
                        case String name -> inField(value, name, part.getValue());
                    };
            if (path != null) {
                return path;
            }
        }
        return null;
    }

    private static @Nullable String inItems(JsonNode list, Shape item) {
        for (int i = 0; i < list.size(); i++) {
            String path = item.find(list.path(i));
            if (path != null) {
                return "[" + i + "]" + path;
            }
        }
        return null;
    }

    private static @Nullable String inProperties(JsonNode object, Shape property) {
        for (Map.Entry<String, JsonNode> each : object.properties()) {
            String path = property.find(each.getValue());
            if (path != null) {
                return "." + each.getKey() + path;
            }
        }
        return null;
    }

    private static @Nullable String inField(JsonNode object, String name, Shape field) {
        String path = field.find(object.path(name));
        return path == null ? null : "." + name + path;
    }
}
