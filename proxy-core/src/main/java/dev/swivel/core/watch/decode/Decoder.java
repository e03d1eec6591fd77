package dev.swivel.core.watch.decode;

import com.fasterxml.jackson.databind.JsonNode;
import dev.swivel.core.model.EndpointSlice;
import dev.swivel.core.model.Node;
import dev.swivel.core.model.ObjectRef;
import dev.swivel.core.model.Problem;
import dev.swivel.core.model.Service;
import dev.swivel.core.watch.Kind;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/// Cuts API objects, as JSON trees, down to what a proxy reads (spec 1.1, 1.3, 1.5, 3.1, 3.4). No
/// I/O, no clock; the same input gives an equal output. Never throws: what cannot be used becomes a
/// [Problem]. Safe for use from several threads.
public final class Decoder {
    private final ServiceDecoder services;
    private final SliceDecoder slices;

    /// @param nodeName this node's name; endpoints on it are local
    /// @param allowExternalIps the feature gate AllowServiceExternalIPs (spec 3.6)
    public Decoder(String nodeName, boolean allowExternalIps) {
        Shared shared = new Shared();
        services = new ServiceDecoder(allowExternalIps, shared);
        slices = new SliceDecoder(nodeName, shared);
    }

    public Decoded<Service> service(JsonNode service) {
        return guarded(Kind.SERVICE, service, services::decode);
    }

    public Decoded<EndpointSlice> slice(JsonNode slice) {
        return guarded(Kind.SLICE, slice, slices::decode);
    }

    public Decoded<Node> node(JsonNode node) {
        return guarded(Kind.NODE, node, NodeDecoder::decode);
    }

    private static <T> Decoded<T> guarded(
            Kind kind, JsonNode object, BiFunction<JsonNode, Problems, Optional<T>> decode) {
        NamespacedName name = NamespacedName.of(object);
        ObjectRef ref = new ObjectRef(kind.label(), name.namespace(), name.name());
        Problems problems = new Problems(ref);
        try {
            if (!object.path("metadata").isObject()) {
                problems.add("InvalidName", "metadata is missing");
                return new Decoded<>(ref, Optional.empty(), problems.list(), false);
            }
            return new Decoded<>(ref, decode.apply(object, problems), problems.list(), false);
        } catch (WrongTypeException e) {
            String message = e.explain(object) + "; what the object said before stays in force";
            return new Decoded<>(
                    ref, Optional.empty(), List.of(new Problem(ref, "InvalidType", message)), true);
        } catch (RuntimeException e) {
            // A defect of ours. It must cost this one object and no other.
            Problem problem =
                    new Problem(ref, "DecodeFailed", "cannot be read, please report this: " + e);
            return new Decoded<>(ref, Optional.empty(), List.of(problem), false);
        }
    }
}
