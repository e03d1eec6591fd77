package dev.swivel.core.watch.decode;

import com.fasterxml.jackson.databind.JsonNode;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.Problem;
import dev.swivel.core.model.Service;
import dev.swivel.core.model.ServiceName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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

    Optional<Service> decode(JsonNode service, Problems problems) {
        JsonNode metadata = service.path("metadata");
        JsonNode spec = Fields.object(service.path("spec"));
        if (!spec.isObject() || isForOthers(metadata, spec)) {
            return Optional.empty();
        }
        Optional<ServiceName> name = name(metadata, problems);
        List<IpAddress> clusterIps = ClusterIps.decode(spec, problems);
        if (name.isEmpty() || clusterIps.isEmpty()) {
            return Optional.empty();
        }
        ServiceType type = ServiceType.of(Fields.textOrNull(spec.path("type")), problems);
        List<IpAddress> externalIps = externalIps(spec, problems);
        boolean policyLocal =
                Fields.isLocal(
                        "spec.externalTrafficPolicy",
                        Fields.textOrNull(spec.path("externalTrafficPolicy")),
                        problems);
        return Optional.of(
                new Service(
                        name.get(),
                        Fields.time(
                                        "metadata.creationTimestamp",
                                        Fields.textOrNull(metadata.path("creationTimestamp")),
                                        problems)
                                .orElse(UNKNOWN_AGE),
                        clusterIps,
                        shared.servicePorts(
                                ServicePorts.decode(
                                        name.get(), Fields.list(spec.path("ports")), problems)),
                        externalIps,
                        vips(Fields.object(service.path("status")), problems),
                        shared.ranges(
                                Ranges.decode(
                                        clusterIps,
                                        Fields.texts(spec.path("loadBalancerSourceRanges")),
                                        problems)),
                        affinitySeconds(spec, problems),
                        Fields.isLocal(
                                "spec.internalTrafficPolicy",
                                Fields.textOrNull(spec.path("internalTrafficPolicy")),
                                problems),
                        policyLocal && type.isReachableFromOutside(!externalIps.isEmpty()),
                        healthCheckNodePort(type, policyLocal, spec, problems),
                        options(metadata)));
    }

    /// Not for this proxy, and no error: another proxy's, headless, or an alias for a name.
    private static boolean isForOthers(JsonNode metadata, JsonNode spec) {
        return Fields.object(metadata.path("labels")).has(OTHER_PROXY)
                || "None".equals(Fields.textOrNull(spec.path("clusterIP")))
                || "ExternalName".equals(Fields.textOrNull(spec.path("type")));
    }

    private Optional<ServiceName> name(JsonNode metadata, Problems problems) {
        try {
            return Optional.of(
                    shared.name(
                            Fields.text(metadata.path("namespace")),
                            Fields.text(metadata.path("name"))));
        } catch (IllegalArgumentException e) {
            problems.add("InvalidName", "metadata: " + e.getMessage());
            return Optional.empty();
        }
    }

    private List<IpAddress> externalIps(JsonNode spec, Problems problems) {
        List<IpAddress> ips = new ArrayList<>();
        if (!allowExternalIps) {
            return ips;
        }
        for (String text : Fields.texts(spec.path("externalIPs"))) {
            if (!Fields.text(text).isEmpty()) {
                Fields.unicast("spec.externalIPs", text, problems)
                        .filter(ip -> !ips.contains(ip))
                        .ifPresent(ips::add);
            }
        }
        return ips;
    }

    private static List<IpAddress> vips(JsonNode status, Problems problems) {
        List<IpAddress> vips = new ArrayList<>();
        for (JsonNode ingress :
                Fields.list(Fields.object(status.path("loadBalancer")).path("ingress"))) {
            String ip = Fields.text(Fields.object(ingress).path("ip"));
            if (!ip.isEmpty() && isVip(Fields.text(ingress.path("ipMode")), problems)) {
                Fields.address("status.loadBalancer.ingress.ip", ip, problems)
                        .filter(address -> !vips.contains(address))
                        .ifPresent(vips::add);
            }
        }
        return vips;
    }

    private static boolean isVip(String ipMode, Problems problems) {
        return switch (ipMode) {
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

    private static int affinitySeconds(JsonNode spec, Problems problems) {
        String affinity = Fields.text(spec.path("sessionAffinity"));
        return switch (affinity) {
            case "", "None" -> 0;
            case "ClientIP" -> clientIpSeconds(spec.path("sessionAffinityConfig"), problems);
            default -> {
                problems.add(
                        "UnknownSessionAffinity",
                        "spec.sessionAffinity "
                                + Problem.quoted(affinity)
                                + " is neither None nor ClientIP: served without affinity");
                yield 0;
            }
        };
    }

    private static int clientIpSeconds(JsonNode config, Problems problems) {
        Integer seconds =
                Fields.number(
                        Fields.object(Fields.object(config).path("clientIP"))
                                .path("timeoutSeconds"));
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
            ServiceType type, boolean policyLocal, JsonNode spec, Problems problems) {
        if (type != ServiceType.LOAD_BALANCER || !policyLocal) {
            return 0;
        }
        Integer port = Fields.number(spec.path("healthCheckNodePort"));
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

    private Map<String, String> options(JsonNode metadata) {
        Map<String, String> options = new HashMap<>();
        for (Map.Entry<String, JsonNode> annotation :
                Fields.object(metadata.path("annotations")).properties()) {
            String value = Fields.textOrNull(annotation.getValue());
            if (value != null && annotation.getKey().startsWith(OPTIONS)) {
                options.put(
                        shared.text(annotation.getKey().substring(OPTIONS.length())),
                        shared.text(value));
            }
        }
        return options;
    }
}
