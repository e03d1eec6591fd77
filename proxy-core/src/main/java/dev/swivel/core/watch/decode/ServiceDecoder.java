package dev.swivel.core.watch.decode;

import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.Problem;
import dev.swivel.core.model.Service;
import dev.swivel.core.model.ServiceName;
import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ServiceSpec;
import io.fabric8.kubernetes.api.model.ServiceStatus;
import io.fabric8.kubernetes.api.model.SessionAffinityConfig;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Service to record (spec 1.1, 2.1, 3.1).
final class ServiceDecoder {
    private static final String OTHER_PROXY = "service.kubernetes.io/service-proxy-name";
    private static final String OPTIONS = "swivel.dev/";
    private static final int DEFAULT_AFFINITY_SECONDS = 10800;
    private static final int MAX_AFFINITY_SECONDS = 86400;

    /// For an object that does not say when it was created: younger than all that do.
    private static final Instant UNKNOWN_AGE = Instant.parse("9999-12-31T23:59:59Z");

    private final boolean allowExternalIps;
    private final Shared shared;

    ServiceDecoder(boolean allowExternalIps, Shared shared) {
        this.allowExternalIps = allowExternalIps;
        this.shared = shared;
    }

    Optional<Service> decode(io.fabric8.kubernetes.api.model.Service service, Problems problems) {
        ObjectMeta metadata = service.getMetadata();
        ServiceSpec spec = service.getSpec();
        if (spec == null || isForOthers(metadata, spec)) {
            return Optional.empty();
        }
        Optional<ServiceName> name = name(metadata, problems);
        List<IpAddress> clusterIps = ClusterIps.decode(spec, problems);
        if (name.isEmpty() || clusterIps.isEmpty()) {
            return Optional.empty();
        }
        ServiceType type = ServiceType.of(spec.getType(), problems);
        List<IpAddress> externalIps = externalIps(spec, problems);
        boolean policyLocal =
                Fields.isLocal(
                        "spec.externalTrafficPolicy", spec.getExternalTrafficPolicy(), problems);
        return Optional.of(
                new Service(
                        name.get(),
                        Fields.time(
                                        "metadata.creationTimestamp",
                                        metadata.getCreationTimestamp(),
                                        problems)
                                .orElse(UNKNOWN_AGE),
                        clusterIps,
                        shared.servicePorts(
                                ServicePorts.decode(
                                        name.get(), Fields.list(spec.getPorts()), problems)),
                        externalIps,
                        vips(service.getStatus(), problems),
                        shared.ranges(
                                Ranges.decode(
                                        clusterIps,
                                        Fields.list(spec.getLoadBalancerSourceRanges()),
                                        problems)),
                        affinitySeconds(spec, problems),
                        Fields.isLocal(
                                "spec.internalTrafficPolicy",
                                spec.getInternalTrafficPolicy(),
                                problems),
                        policyLocal && type.isReachableFromOutside(!externalIps.isEmpty()),
                        healthCheckNodePort(type, policyLocal, spec, problems),
                        options(metadata)));
    }

    /// Not for this proxy, and no error: another proxy's, headless, or an alias for a name.
    private static boolean isForOthers(ObjectMeta metadata, ServiceSpec spec) {
        return Fields.map(metadata.getLabels()).containsKey(OTHER_PROXY)
                || "None".equals(spec.getClusterIP())
                || "ExternalName".equals(spec.getType());
    }

    private Optional<ServiceName> name(ObjectMeta metadata, Problems problems) {
        try {
            return Optional.of(
                    shared.name(
                            Fields.text(metadata.getNamespace()), Fields.text(metadata.getName())));
        } catch (IllegalArgumentException e) {
            problems.add("InvalidName", "metadata: " + e.getMessage());
            return Optional.empty();
        }
    }

    private List<IpAddress> externalIps(ServiceSpec spec, Problems problems) {
        List<IpAddress> ips = new ArrayList<>();
        if (!allowExternalIps) {
            return ips;
        }
        for (String text : Fields.list(spec.getExternalIPs())) {
            if (!Fields.text(text).isEmpty()) {
                Fields.unicast("spec.externalIPs", text, problems)
                        .filter(ip -> !ips.contains(ip))
                        .ifPresent(ips::add);
            }
        }
        return ips;
    }

    private static List<IpAddress> vips(@Nullable ServiceStatus status, Problems problems) {
        List<IpAddress> vips = new ArrayList<>();
        if (status == null || status.getLoadBalancer() == null) {
            return vips;
        }
        for (LoadBalancerIngress ingress : Fields.list(status.getLoadBalancer().getIngress())) {
            if (ingress != null
                    && !Fields.text(ingress.getIp()).isEmpty()
                    && isVip(ingress.getIpMode(), problems)) {
                Fields.address("status.loadBalancer.ingress.ip", ingress.getIp(), problems)
                        .filter(ip -> !vips.contains(ip))
                        .ifPresent(vips::add);
            }
        }
        return vips;
    }

    private static boolean isVip(@Nullable String ipMode, Problems problems) {
        return switch (Fields.text(ipMode)) {
            case "", "VIP" -> true;
            case "Proxy" -> false;
            default -> {
                problems.add(
                        "UnknownIPMode",
                        "status.loadBalancer.ingress.ipMode "
                                + Problem.quoted(ipMode)
                                + " is neither VIP nor Proxy: the address is left out");
                yield false;
            }
        };
    }

    private static int affinitySeconds(ServiceSpec spec, Problems problems) {
        return switch (Fields.text(spec.getSessionAffinity())) {
            case "", "None" -> 0;
            case "ClientIP" -> clientIpSeconds(spec.getSessionAffinityConfig(), problems);
            default -> {
                problems.add(
                        "UnknownSessionAffinity",
                        "spec.sessionAffinity "
                                + Problem.quoted(spec.getSessionAffinity())
                                + " is neither None nor ClientIP: served without affinity");
                yield 0;
            }
        };
    }

    private static int clientIpSeconds(@Nullable SessionAffinityConfig config, Problems problems) {
        Integer seconds =
                config == null || config.getClientIP() == null
                        ? null
                        : config.getClientIP().getTimeoutSeconds();
        if (seconds == null) {
            return DEFAULT_AFFINITY_SECONDS;
        }
        if (seconds < 1 || seconds > MAX_AFFINITY_SECONDS) {
            problems.add(
                    "InvalidAffinityTimeout",
                    "spec.sessionAffinityConfig.clientIP.timeoutSeconds "
                            + seconds
                            + " is not from 1 to "
                            + MAX_AFFINITY_SECONDS
                            + ": the default "
                            + DEFAULT_AFFINITY_SECONDS
                            + " is used");
            return DEFAULT_AFFINITY_SECONDS;
        }
        return seconds;
    }

    private static int healthCheckNodePort(
            ServiceType type, boolean policyLocal, ServiceSpec spec, Problems problems) {
        if (type != ServiceType.LOAD_BALANCER || !policyLocal) {
            return 0;
        }
        Integer port = spec.getHealthCheckNodePort();
        if (port == null || !Fields.isPort(port)) {
            problems.add(
                    "InvalidHealthCheckNodePort",
                    "spec.healthCheckNodePort "
                            + port
                            + " is not from 1 to 65535: load balancers cannot ask this node"
                            + " whether it has endpoints");
            return 0;
        }
        return port;
    }

    private Map<String, String> options(ObjectMeta metadata) {
        Map<String, String> options = new HashMap<>();
        Fields.map(metadata.getAnnotations())
                .forEach((key, value) -> {
                    if (key != null && value != null && key.startsWith(OPTIONS)) {
                        options.put(
                                shared.text(key.substring(OPTIONS.length())), shared.text(value));
                    }
                });
        return options;
    }
}
