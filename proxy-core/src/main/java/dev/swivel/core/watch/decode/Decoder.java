package dev.swivel.core.watch.decode;

import dev.swivel.core.model.EndpointSlice;
import dev.swivel.core.model.Node;
import dev.swivel.core.model.ObjectRef;
import dev.swivel.core.model.Problem;
import dev.swivel.core.model.Service;
import dev.swivel.core.watch.Kind;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/// Cuts API objects down to what a proxy reads (spec 1.1, 1.3, 1.5, 3.1, 3.4). No I/O, no clock;
/// the same input gives an equal output. Never throws: what cannot be used becomes a [Problem].
/// Safe for use from several threads.
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

    public Decoded<Service> service(io.fabric8.kubernetes.api.model.Service service) {
        return guarded(Kind.SERVICE, service, services::decode);
    }

    public Decoded<EndpointSlice> slice(
            io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice slice) {
        return guarded(Kind.SLICE, slice, slices::decode);
    }

    public Decoded<Node> node(io.fabric8.kubernetes.api.model.Node node) {
        return guarded(Kind.NODE, node, NodeDecoder::decode);
    }

    /// Which object it is, for messages; with empty texts for what it does not say.
    public static ObjectRef ref(Kind kind, @Nullable HasMetadata object) {
        ObjectMeta metadata = object == null ? null : object.getMetadata();
        return metadata == null
                ? new ObjectRef(kind.label(), "", "")
                : new ObjectRef(
                        kind.label(),
                        Fields.text(metadata.getNamespace()),
                        Fields.text(metadata.getName()));
    }

    private static <F extends HasMetadata, T> Decoded<T> guarded(
            Kind kind, F object, BiFunction<F, Problems, Optional<T>> decode) {
        ObjectRef ref = ref(kind, object);
        Problems problems = new Problems(ref);
        try {
            if (object == null || object.getMetadata() == null) {
                problems.add("InvalidName", "metadata is missing");
                return new Decoded<>(ref, Optional.empty(), problems.list());
            }
            return new Decoded<>(ref, decode.apply(object, problems), problems.list());
        } catch (RuntimeException e) {
            // A defect of ours. It must cost this one object and no other.
            Problem problem =
                    new Problem(ref, "DecodeFailed", "cannot be read, please report this: " + e);
            return new Decoded<>(ref, Optional.empty(), List.of(problem));
        }
    }
}
