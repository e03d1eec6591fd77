package dev.swivel.core.watch.decode;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.swivel.core.model.Service;
import dev.swivel.core.model.ServicePortName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// Random objects whose every field may be missing, null or garbage: nothing throws, and what comes
/// out is valid.
class HostileDecodeTest {
    private static final int ROUNDS = 20_000;
    private static final String[] TEXTS = {
        "",
        " ",
        "None",
        "10.96.0.1",
        "10.96.0.2",
        "2001:db8::1",
        "::",
        "::ffff:1.2.3.4",
        "0.0.0.0/0",
        "10.0.0.0/8",
        " ::/0 ",
        "10.0.0.0/33",
        "TCP",
        "UDP",
        "SCTP",
        "IPv4",
        "IPv6",
        "FQDN",
        "Local",
        "Cluster",
        "ClientIP",
        "NodePort",
        "LoadBalancer",
        "ExternalName",
        "VIP",
        "Proxy",
        "cart",
        "shop",
        "http",
        "node-1",
        "\u0000\n\u202e",
        "-rm -rf /",
        "a".repeat(300),
        "1e9",
        "\ud800",
        "::1%eth0",
        "2026-01-01T00:00:00Z",
        "9999999999-01-01T00:00:00Z",
        "4294967296.1.1.1",
        ":::",
        "1:2:3:4:5:6:7:8:9",
        "InternalIP",
        "ExternalIP"
    };
    private static final int[] NUMBERS = {
        0, 1, 80, 65535, 65536, -1, 30080, Integer.MAX_VALUE, Integer.MIN_VALUE, 10800
    };

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Decoder decoder = new Decoder("node-1", true);
    private SplittableRandom random;
    private int served;

    @Test
    void anythingEndsAsAValueOrAProblem() {
        long seed = System.nanoTime();
        for (int round = 0; round < ROUNDS; round++) {
            random = new SplittableRandom(seed + round);
            Map<String, Object> object = object();
            String at = "seed " + (seed + round) + ": " + object;
            JsonNode tree = JSON.valueToTree(object);
            check(decoder.service(tree), at);
            check(decoder.slice(tree), at);
            check(decoder.node(tree), at);
        }
        assertThat(served).as("values among the garbage").isGreaterThan(ROUNDS / 2);
    }

    private void check(Decoded<?> decoded, String at) {
        assertThat(decoded.problems())
                .as(at)
                .noneMatch(p -> p.reason().equals("DecodeFailed"))
                .allMatch(p -> p.message().length() < 500 && p.message().matches("[\\x20-\\x7e]*"));
        served += decoded.value().isPresent() ? 1 : 0;
        if (decoded.value().orElse(null) instanceof Service service) {
            assertThat(service.clusterIps()).as(at).isNotEmpty().hasSizeLessThanOrEqualTo(2);
            assertThat(service.ports())
                    .as(at)
                    .allMatch(p -> p.port() > 0 && p.port() < 65536)
                    .allMatch(p -> p.nodePort() >= 0 && p.nodePort() < 65536)
                    .doesNotHaveDuplicates();
            service.ports()
                    .forEach(p -> new ServicePortName(service.name(), p.name(), p.protocol()));
            assertThat(service.affinitySeconds()).as(at).isBetween(0, 86400);
        }
        if (decoded.value().orElse(null) instanceof dev.swivel.core.model.EndpointSlice slice) {
            assertThat(slice.endpoints())
                    .as(at)
                    .allMatch(e -> e.address().family() == slice.family())
                    .noneMatch(e -> e.address().isLoopback() || e.address().isUnspecified());
            assertThat(slice.ports()).as(at).allMatch(p -> p.port() > 0 && p.port() < 65536);
        }
    }

    private Map<String, Object> object() {
        Map<String, Object> object = new LinkedHashMap<>();
        maybe(object, "metadata", this::metadata);
        maybe(object, "spec", this::spec);
        maybe(object, "status", this::status);
        maybe(object, "addressType", this::text);
        maybe(object, "ports", () -> list(this::port));
        maybe(object, "endpoints", () -> list(this::endpoint));
        return object;
    }

    private Map<String, Object> metadata() {
        Map<String, Object> metadata = new LinkedHashMap<>();
        maybe(metadata, "name", () -> random.nextInt(3) == 0 ? text() : "cart");
        maybe(metadata, "namespace", () -> random.nextInt(3) == 0 ? text() : "shop");
        maybe(metadata, "creationTimestamp", this::text);
        maybe(metadata, "labels", () -> map("kubernetes.io/service-name"));
        maybe(
                metadata,
                "annotations",
                () -> map("endpoints.kubernetes.io/last-change-trigger-time"));
        return metadata;
    }

    private Map<String, Object> map(String key) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(
                random.nextInt(4) == 0 ? "swivel.dev/x" : key,
                random.nextInt(3) == 0 ? text() : "cart");
        return map;
    }

    private Map<String, Object> spec() {
        Map<String, Object> spec = new LinkedHashMap<>();
        maybe(spec, "clusterIP", () -> random.nextInt(3) == 0 ? text() : "10.96.0.1");
        for (String field :
                List.of(
                        "clusterIPs",
                        "ipFamilies",
                        "externalIPs",
                        "loadBalancerSourceRanges",
                        "podCIDRs")) {
            maybe(spec, field, () -> list(this::text));
        }
        for (String field :
                List.of(
                        "type",
                        "sessionAffinity",
                        "internalTrafficPolicy",
                        "externalTrafficPolicy",
                        "podCIDR")) {
            maybe(spec, field, this::text);
        }
        maybe(spec, "healthCheckNodePort", this::number);
        maybe(spec, "ports", () -> list(this::port));
        maybe(
                spec,
                "sessionAffinityConfig",
                () -> one("clientIP", one("timeoutSeconds", number())));
        maybe(spec, "taints", () -> list(() -> one("key", text())));
        return spec;
    }

    private Map<String, Object> status() {
        Map<String, Object> status = new LinkedHashMap<>();
        maybe(status, "loadBalancer", () -> one("ingress", list(this::ingress)));
        maybe(status, "addresses", () -> list(this::nodeAddress));
        return status;
    }

    private Map<String, Object> ingress() {
        Map<String, Object> ingress = new LinkedHashMap<>();
        maybe(ingress, "ip", this::text);
        maybe(ingress, "ipMode", this::text);
        return ingress;
    }

    private Map<String, Object> nodeAddress() {
        Map<String, Object> address = new LinkedHashMap<>();
        maybe(address, "type", () -> random.nextBoolean() ? "InternalIP" : text());
        maybe(address, "address", this::text);
        return address;
    }

    private Map<String, Object> port() {
        Map<String, Object> port = new LinkedHashMap<>();
        maybe(port, "name", this::text);
        maybe(port, "port", this::number);
        maybe(port, "nodePort", this::number);
        maybe(port, "protocol", this::text);
        return port;
    }

    private Map<String, Object> endpoint() {
        Map<String, Object> endpoint = new LinkedHashMap<>();
        maybe(endpoint, "addresses", () -> list(this::text));
        maybe(endpoint, "nodeName", this::text);
        maybe(endpoint, "conditions", () -> one("ready", random.nextBoolean()));
        maybe(endpoint, "hints", () -> one("forZones", list(() -> one("name", text()))));
        return endpoint;
    }

    private void maybe(Map<String, Object> into, String field, Supplier<Object> value) {
        int dice = random.nextInt(64);
        if (dice < 8) {
            into.put(field, null);
        } else if (dice == 8) {
            into.put(field, ofAnotherType());
        } else if (dice > 15) {
            into.put(field, value.get());
        }
    }

    private Object ofAnotherType() {
        return switch (random.nextInt(6)) {
            case 0 -> text();
            case 1 -> number();
            case 2 -> true;
            case 3 -> 1.5;
            case 4 -> List.of(text(), number(), List.of());
            default -> Map.of("name", text());
        };
    }

    private static Map<String, Object> one(String field, Object value) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(field, value);
        return map;
    }

    private List<Object> list(Supplier<Object> element) {
        List<Object> list = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            list.add(random.nextInt(8) == 0 ? null : element.get());
        }
        return list;
    }

    private String text() {
        return TEXTS[random.nextInt(TEXTS.length)];
    }

    private Object number() {
        return NUMBERS[random.nextInt(NUMBERS.length)];
    }
}
