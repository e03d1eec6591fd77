package dev.swivel.lab.api.store;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// Every resource that is served.
public final class ResourceTypes {
    private static final List<String> EVENT_FIELDS =
            List.of(
                    "involvedObject.kind",
                    "involvedObject.namespace",
                    "involvedObject.name",
                    "involvedObject.uid",
                    "involvedObject.apiVersion",
                    "involvedObject.resourceVersion",
                    "involvedObject.fieldPath",
                    "reason",
                    "reportingComponent",
                    "source",
                    "type");

    public static final ResourceType SERVICES =
            core("services", "service", "Service", true)
                    .shortName("svc")
                    .category("all")
                    .status()
                    .selectable("spec.clusterIP", "spec.type")
                    .build();
    public static final ResourceType NODES =
            core("nodes", "node", "Node", false)
                    .shortName("no")
                    .status()
                    .selectable("spec.unschedulable")
                    .build();
    public static final ResourceType NAMESPACES =
            core("namespaces", "namespace", "Namespace", false)
                    .shortName("ns")
                    .status()
                    .selectable("status.phase")
                    .build();
    public static final ResourceType EVENTS =
            core("events", "event", "Event", true)
                    .shortName("ev")
                    .selectable(EVENT_FIELDS.toArray(String[]::new))
                    .build();
    public static final ResourceType NEW_EVENTS =
            in("events.k8s.io", "events", "event", "Event", true)
                    .shortName("ev")
                    .selectable(EVENT_FIELDS.toArray(String[]::new))
                    .build();
    public static final ResourceType CONFIG_MAPS =
            core("configmaps", "configmap", "ConfigMap", true).shortName("cm").build();
    public static final ResourceType PODS =
            core("pods", "pod", "Pod", true)
                    .shortName("po")
                    .category("all")
                    .status()
                    .selectable("spec.nodeName", "status.phase", "status.podIP")
                    .build();
    public static final ResourceType ENDPOINTS =
            core("endpoints", "endpoints", "Endpoints", true).shortName("ep").readOnly().build();
    public static final ResourceType ENDPOINT_SLICES =
            in("discovery.k8s.io", "endpointslices", "endpointslice", "EndpointSlice", true)
                    .build();
    public static final ResourceType SERVICE_CIDRS =
            in("networking.k8s.io", "servicecidrs", "servicecidr", "ServiceCIDR", false).build();
    public static final ResourceType LEASES =
            in("coordination.k8s.io", "leases", "lease", "Lease", true).build();

    private static final List<ResourceType> ALL =
            List.of(
                    CONFIG_MAPS,
                    ENDPOINTS,
                    EVENTS,
                    NAMESPACES,
                    NODES,
                    PODS,
                    SERVICES,
                    NEW_EVENTS,
                    ENDPOINT_SLICES,
                    SERVICE_CIDRS,
                    LEASES);

    private ResourceTypes() {}

    public static Collection<ResourceType> all() {
        return ALL;
    }

    public static List<ResourceType> in(String group, String version) {
        return ALL.stream()
                .filter(type -> type.group().equals(group) && type.version().equals(version))
                .toList();
    }

    public static Optional<ResourceType> find(String group, String version, String plural) {
        return in(group, version).stream().filter(type -> type.plural().equals(plural)).findFirst();
    }

    /// The resource of an object, by its `apiVersion` and `kind`.
    public static Optional<ResourceType> ofKind(String apiVersion, String kind) {
        return ALL.stream()
                .filter(type -> type.apiVersion().equals(apiVersion) && type.kind().equals(kind))
                .findFirst();
    }

    private static Builder core(String plural, String singular, String kind, boolean namespaced) {
        return new Builder("", plural, singular, kind, namespaced);
    }

    private static Builder in(
            String group, String plural, String singular, String kind, boolean namespaced) {
        return new Builder(group, plural, singular, kind, namespaced);
    }

    private static final class Builder {
        private final String group;
        private final String plural;
        private final String singular;
        private final String kind;
        private final boolean namespaced;
        private List<String> shortNames = List.of();
        private List<String> categories = List.of();
        private List<String> selectable = List.of();
        private boolean status;
        private boolean readOnly;

        Builder(String group, String plural, String singular, String kind, boolean namespaced) {
            this.group = group;
            this.plural = plural;
            this.singular = singular;
            this.kind = kind;
            this.namespaced = namespaced;
        }

        Builder shortName(String name) {
            shortNames = List.of(name);
            return this;
        }

        Builder category(String name) {
            categories = List.of(name);
            return this;
        }

        Builder selectable(String... fields) {
            selectable = List.of(fields);
            return this;
        }

        Builder status() {
            status = true;
            return this;
        }

        Builder readOnly() {
            readOnly = true;
            return this;
        }

        ResourceType build() {
            return new ResourceType(
                    group,
                    "v1",
                    plural,
                    singular,
                    kind,
                    namespaced,
                    shortNames,
                    categories,
                    status,
                    readOnly,
                    plural,
                    selectable);
        }
    }
}
