package dev.swivel.lab.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.swivel.core.backend.BackendContext;
import dev.swivel.core.backend.BackendException;
import dev.swivel.core.backend.ProxyBackend;
import dev.swivel.core.backend.Rendering;
import dev.swivel.core.config.ConfigDefaults;
import dev.swivel.core.config.ProxyConfig;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.sync.ClusterSnapshot;
import dev.swivel.core.watch.manifests.ManifestSource;
import dev.swivel.linux.exec.Command;
import dev.swivel.linux.netns.NetworkNamespace;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Objects whose every name, address, comment and annotation tries to be a rule, an option or a
/// command, through every renderer: what comes out is only ever what a renderer may write.
class HostileRenderTest {
    private static final int CLUSTERS = 40;
    private static final int IN_THE_KERNEL = 6;

    private static final List<String> NASTY =
            List.of(
                    "web",
                    "x -j ACCEPT",
                    "x\" -j ACCEPT -m comment --comment \"y",
                    "a\n-A INPUT -j ACCEPT",
                    "a\r\nCOMMIT\n*filter\n:INPUT ACCEPT [0:0]",
                    "$(reboot)",
                    "`id`",
                    "; ipset destroy",
                    "-F",
                    "--to-destination",
                    "../../etc/passwd",
                    "\u0000",
                    "\u202e\u0007\u001b[2J",
                    "%s%n%x",
                    "é".repeat(100),
                    "KUBE-SERVICES",
                    "a".repeat(500));
    private static final List<String> ADDRESSES =
            List.of(
                    "10.96.0.1",
                    "10.96.0.2",
                    "203.0.113.9",
                    "192.168.1.5",
                    "fd00:10:96::1",
                    "fd00:192::5",
                    "::ffff:10.0.0.1",
                    "0.0.0.0",
                    "127.0.0.1",
                    "10.0.0.1 -j ACCEPT",
                    "10.0.0.1/0",
                    "10.0.0.1\n-A INPUT",
                    "fe80::1%eth0; id",
                    "0x7f.1",
                    "010.010.010.010",
                    "1.2.3.4,tcp:80,0.0.0.0/0");
    private static final List<String> RANGES =
            List.of(
                    "0.0.0.0/0",
                    "10.0.0.0/8",
                    "::/0",
                    "10.0.0.0/8 -j ACCEPT",
                    "10.0.0.0/8\nCOMMIT",
                    "1/1");

    /// All that a renderer may say: options, and values of these forms.
    private static final Set<String> OPTIONS =
            Set.of(
                    "-A",
                    "-I",
                    "-a",
                    "-s",
                    "-d",
                    "-i",
                    "-o",
                    "-p",
                    "-m",
                    "-j",
                    "-t",
                    "-u",
                    "-r",
                    "-w",
                    "-f",
                    "-b",
                    "-6",
                    "--sctp-service",
                    "--dport",
                    "--mark",
                    "--dst-type",
                    "--src-type",
                    "--ctstate",
                    "--match-set",
                    "--mode",
                    "--probability",
                    "--comment",
                    "--reject-with",
                    "--to-destination",
                    "--to-ports",
                    "--random-fully",
                    "--set-xmark",
                    "--add-set",
                    "--exist",
                    "--timeout",
                    "--ipvs",
                    "--vaddr",
                    "--vport",
                    "--vproto",
                    "--map-set",
                    "--map-mark",
                    "--return-nomatch",
                    "--nomatch",
                    "--restore-mark");

    private static final Pattern VALUE =
            Pattern.compile(
                    "[A-Za-z0-9][A-Za-z0-9_.:,/+-]*|\\[[0-9a-f:.]+](?::\\d+)?|!|::[0-9a-f:.]*(?:/\\d+)?");
    private static final Pattern QUOTED = Pattern.compile("\"[ !#-\\[\\]-~]*\"");
    private static final Pattern SHAPE =
            Pattern.compile(
                    "# [A-Za-z0-9 -]+|\\*(?:nat|filter|mangle|raw)|COMMIT|:[A-Z0-9-]{1,28} - \\[0:0]"
                            + "|(?:create|add) [A-Z0-9-]{1,31} \\S.*|address add [0-9a-f.:/]+ dev kube-ipvs0|route add local [0-9a-f.:/]+ dev lo|-[AIa] .*");

    @TempDir Path directory;
    private SplittableRandom random;

    @Test
    void nothingIsWrittenButWhatARendererMayWrite() throws Exception {
        long seed = System.nanoTime();
        Set<String> modes = new TreeSet<>();
        long served = 0;
        for (int round = 0; round < CLUSTERS; round++) {
            random = new SplittableRandom(seed + round);
            ClusterSnapshot cluster = cluster();
            for (ProxyBackend backend : ServiceLoader.load(ProxyBackend.class)) {
                for (IpFamily family : IpFamily.values()) {
                    try {
                        Rendering rendering = render(backend, cluster, family);
                        rendering
                                .script()
                                .lines()
                                .forEach(line -> assertPlain(line, "seed " + seed));
                        served +=
                                rendering
                                        .script()
                                        .lines()
                                        .filter(line -> line.matches(".* (DNAT|-r) .*"))
                                        .count();
                        modes.add(backend.name());
                    } catch (BackendException e) {
                        assertThat(e).hasMessageContaining("is not available for mode");
                    }
                }
            }
        }
        assertThat(modes).contains("iptables", "ipvs");
        assertThat(served).as("endpoints that were served all the same").isGreaterThan(CLUSTERS);
    }

    /// What the standard tools understand is what was meant: afterwards there is nothing to do.
    @Test
    void theStandardToolsUnderstandItAsItWasMeant() throws Exception {
        long seed = System.nanoTime();
        for (int round = 0; round < IN_THE_KERNEL; round++) {
            random = new SplittableRandom(seed + round);
            ClusterSnapshot cluster = cluster();
            for (ProxyBackend backend : ServiceLoader.load(ProxyBackend.class)) {
                if (backend.name().equals("iptables")) {
                    String _ =
                            NetworkNamespace.<String, Exception>callInNew(() -> {
                                for (IpFamily family : IpFamily.values()) {
                                    String script = render(backend, cluster, family).script();
                                    restore(script);
                                    assertThat(
                                                    backend.inspection()
                                                            .plan(
                                                                    context(),
                                                                    cluster.state(
                                                                            family,
                                                                            config(),
                                                                            "node-1",
                                                                            List.of(
                                                                                    IpAddress.of(
                                                                                            "10.128.0.2")))))
                                            .as("seed %d:%n%s", seed, script)
                                            .isEmpty();
                                }
                                return "";
                            });
                }
            }
        }
    }

    private static ProxyConfig config() {
        return ConfigDefaults.defaults();
    }

    private static BackendContext context() {
        return new BackendContext(config(), Set.of(IpFamily.values()), new SimpleMeterRegistry());
    }

    private static Rendering render(ProxyBackend backend, ClusterSnapshot cluster, IpFamily family)
            throws BackendException {
        var state = cluster.state(family, config(), "node-1", List.of(IpAddress.of("10.128.0.2")));
        return backend.inspection().render(context(), state);
    }

    private static void restore(String script) throws IOException {
        for (String part : script.split("(?m)^# ", -1)) {
            if (!part.isEmpty()) {
                String[] programAndText = part.split("\n", 2);
                var _ =
                        Command.of(Arrays.asList(programAndText[0].split(" ", -1)))
                                .withInput(programAndText[1].getBytes(StandardCharsets.UTF_8))
                                .run();
            }
        }
    }

    private static void assertPlain(String line, String seed) {
        assertThat(line).as(seed).matches(SHAPE);
        if (!line.startsWith("-")) {
            return;
        }
        String rest = line;
        while (!rest.isEmpty()) {
            String token;
            var quoted = QUOTED.matcher(rest);
            if (quoted.lookingAt()) {
                token = quoted.group();
            } else {
                int end = rest.indexOf(' ');
                token = end < 0 ? rest : rest.substring(0, end);
                if (token.startsWith("-")) {
                    assertThat(OPTIONS).as("%s: %s", seed, line).contains(token);
                } else {
                    assertThat(token).as("%s: %s", seed, line).matches(VALUE);
                }
            }
            rest = rest.substring(token.length()).stripLeading();
        }
    }

    /// A folder of manifests, read as `--manifests` reads it.
    private ClusterSnapshot cluster() throws Exception {
        Path folder = Files.createTempDirectory(directory, "hostile");
        ObjectMapper json = new ObjectMapper();
        for (int i = 0; i < 12; i++) {
            String name = random.nextInt(3) == 0 ? one(NASTY) : "web-" + i;
            Files.writeString(
                    folder.resolve("service-" + i + ".json"),
                    json.writeValueAsString(service(name)));
            Files.writeString(
                    folder.resolve("slice-" + i + ".json"),
                    json.writeValueAsString(slice(name, i)));
        }
        return ClusterSnapshot.read(
                new ManifestSource(folder, "node-1", true), Duration.ofSeconds(30));
    }

    private Map<String, Object> service(String name) {
        Map<String, Object> spec = new HashMap<>();
        spec.put("type", random.nextBoolean() ? "LoadBalancer" : one(NASTY));
        String clusterIp = "10.96." + random.nextInt(200) + "." + (1 + random.nextInt(200));
        spec.put("clusterIP", random.nextInt(4) == 0 ? one(ADDRESSES) : clusterIp);
        spec.put(
                "clusterIPs",
                List.of(
                        random.nextInt(4) == 0 ? one(ADDRESSES) : clusterIp,
                        "fd00:10:96::" + (1 + random.nextInt(9000))));
        spec.put("ipFamilies", List.of("IPv4", "IPv6"));
        spec.put("externalIPs", List.of(one(ADDRESSES), one(ADDRESSES)));
        spec.put("loadBalancerSourceRanges", List.of(one(RANGES), one(RANGES)));
        spec.put("sessionAffinity", random.nextBoolean() ? "ClientIP" : one(NASTY));
        spec.put("externalTrafficPolicy", random.nextBoolean() ? "Local" : one(NASTY));
        spec.put("trafficDistribution", one(NASTY));
        spec.put("healthCheckNodePort", random.nextInt(70_000));
        spec.put(
                "ports",
                List.of(
                        Map.of(
                                "name",
                                random.nextBoolean() ? "http" : one(NASTY),
                                "port",
                                1 + random.nextInt(65_535),
                                "nodePort",
                                30_000 + random.nextInt(2767),
                                "protocol",
                                random.nextInt(4) == 0
                                        ? one(NASTY)
                                        : one(List.of("TCP", "UDP", "SCTP")))));
        return Map.of(
                "apiVersion",
                "v1",
                "kind",
                "Service",
                "metadata",
                metadata(name, Map.of()),
                "spec",
                spec,
                "status",
                Map.of(
                        "loadBalancer",
                        Map.of(
                                "ingress",
                                List.of(
                                        Map.of("ip", one(ADDRESSES)),
                                        Map.of("hostname", one(NASTY))))));
    }

    private Map<String, Object> slice(String service, int number) {
        boolean four = random.nextBoolean();
        List<Object> endpoints = new ArrayList<>();
        for (int i = 0; i < random.nextInt(4); i++) {
            endpoints.add(
                    Map.of(
                            "addresses",
                                    List.of(
                                            random.nextInt(3) == 0
                                                    ? one(ADDRESSES)
                                                    : (four ? "192.168.1." : "fd00:192::")
                                                            + (1 + random.nextInt(200))),
                            "nodeName", random.nextBoolean() ? "node-1" : one(NASTY),
                            "zone", one(NASTY),
                            "hostname", one(NASTY)));
        }
        return Map.of(
                "apiVersion",
                "discovery.k8s.io/v1",
                "kind",
                "EndpointSlice",
                "metadata",
                metadata("slice-" + number, Map.of("kubernetes.io/service-name", service)),
                "addressType",
                four ? "IPv4" : "IPv6",
                "ports",
                List.of(
                        Map.of(
                                "name",
                                "http",
                                "port",
                                1 + random.nextInt(65_535),
                                "protocol",
                                one(List.of("TCP", "UDP", "SCTP")))),
                "endpoints",
                endpoints);
    }

    private Map<String, Object> metadata(String name, Map<String, String> labels) {
        Map<String, String> annotations = new HashMap<>();
        for (String key :
                List.of(
                        "service.kubernetes.io/topology-mode",
                        "endpoints.kubernetes.io/last-change-trigger-time",
                        "swivel.dev/scheduler",
                        "swivel.dev/algorithm",
                        "swivel.dev/comment")) {
            annotations.put(key, one(NASTY));
        }
        return Map.of(
                "name", name,
                "namespace", random.nextInt(4) == 0 ? one(NASTY) : "shop",
                "labels", labels,
                "annotations", annotations);
    }

    private String one(List<String> of) {
        return of.get(random.nextInt(of.size()));
    }
}
