package dev.swivel.core.watch.manifests;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceSpec;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.List;

/// What an API server would have filled in before anyone reads an object back. The defaults that
/// hold for objects of every origin (protocol TCP, affinity timeout) are the decoder's.
final class ManifestDefaults {
    private ManifestDefaults() {}

    static HasMetadata apply(HasMetadata object, String namespace) {
        if (!namespace.isEmpty()) {
            object.getMetadata().setNamespace(namespace);
        }
        switch (object) {
            case Service service when service.getSpec() != null -> clusterIp(service.getSpec());
            case EndpointSlice slice -> portNames(slice.getPorts());
            default -> {}
        }
        return object;
    }

    private static void clusterIp(ServiceSpec spec) {
        List<String> ips = spec.getClusterIPs();
        if (spec.getClusterIP() == null && ips != null && !ips.isEmpty()) {
            spec.setClusterIP(ips.getFirst());
        }
    }

    private static void portNames(List<EndpointPort> ports) {
        if (ports == null) {
            return;
        }
        for (EndpointPort port : ports) {
            if (port != null && port.getName() == null) {
                port.setName("");
            }
        }
    }
}
