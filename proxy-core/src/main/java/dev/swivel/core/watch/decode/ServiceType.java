package dev.swivel.core.watch.decode;

import dev.swivel.core.model.Problem;
import org.jspecify.annotations.Nullable;

/// `spec.type`, as far as it matters to a proxy.
enum ServiceType {
    CLUSTER_IP,
    NODE_PORT,
    LOAD_BALANCER;

    static ServiceType of(@Nullable String text, Problems problems) {
        return switch (Fields.text(text)) {
            case "", "ClusterIP" -> CLUSTER_IP;
            case "NodePort" -> NODE_PORT;
            case "LoadBalancer" -> LOAD_BALANCER;
            default -> {
                problems.add(
                        "UnknownServiceType",
                        "spec.type "
                                + Problem.quoted(text)
                                + " is not known to this version: served as ClusterIP");
                yield CLUSTER_IP;
            }
        };
    }

    /// Whether `externalTrafficPolicy` means anything (spec 2.1).
    boolean isReachableFromOutside(boolean hasExternalIps) {
        return this != CLUSTER_IP || hasExternalIps;
    }
}
