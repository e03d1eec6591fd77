package dev.swivel.lab.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swivel.linux.exec.Command;
import dev.swivel.linux.netns.NetworkNamespace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `swivel render` says what a sync makes; `swivel plan` says what it would change.
class RenderAndPlanTest {
    private static final String MANIFESTS =
            """
            apiVersion: v1
            kind: Service
            metadata: {name: web, namespace: shop}
            spec:
              type: LoadBalancer
              clusterIP: 10.96.0.10
              clusterIPs: [10.96.0.10, "fd00:10:96::10"]
              ipFamilies: [IPv4, IPv6]
              sessionAffinity: ClientIP
              loadBalancerSourceRanges: [198.51.100.0/24]
              ports: [{name: http, port: 80, targetPort: 8080, nodePort: 30080}]
            status: {loadBalancer: {ingress: [{ip: 203.0.113.10}]}}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: empty, namespace: shop}
            spec: {clusterIP: 10.96.0.80, ports: [{port: 53, protocol: UDP}]}
            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: web-1, namespace: shop, labels: {kubernetes.io/service-name: web}}
            addressType: IPv4
            ports: [{name: http, port: 8080, protocol: TCP}]
            endpoints:
            - {addresses: [192.168.1.12], nodeName: node-1}
            - {addresses: [192.168.1.13], nodeName: node-2}
            - {addresses: [127.0.0.1], nodeName: node-1}
            """;

    @TempDir Path directory;
    private NetworkNamespace namespace;
    private List<String> inside;

    @BeforeEach
    void makeNamespace() throws IOException {
        Files.writeString(directory.resolve("shop.yaml"), MANIFESTS);
        namespace = NetworkNamespace.create("swivel-plan-" + ProcessHandle.current().pid());
        inside = List.of("ip", "netns", "exec", namespace.name());
    }

    @AfterEach
    void removeNamespace() {
        namespace.close();
    }

    private String[] arguments(String command, String... more) {
        List<String> all =
                new ArrayList<>(
                        List.of(
                                command,
                                "--manifests=" + directory,
                                "--node=node-1",
                                "--cluster-cidr=192.168.0.0/16"));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private SwivelRun plan(String... more) throws Exception {
        return SwivelRun.of(inside, arguments("plan", more));
    }

    /// Without any capability, and with the standard tools as judge.
    @Test
    void whatIsRenderedWithoutRightsIsWhatASyncMakes() throws Exception {
        SwivelRun rendered =
                SwivelRun.of(
                        List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all"),
                        arguments("render"));
        assertThat(rendered.exitCode()).as(rendered.err()).isZero();
        assertThat(rendered.err()).as("what is wrong with objects").contains("127.0.0.1");

        restore(rendered.out());
        SwivelRun same = plan();
        assertThat(same.out()).contains("nothing to do");
        assertThat(same.exitCode()).isZero();
    }

    /// @param program that takes the text
    private record Part(String program, String text) {
        static List<Part> of(String script) {
            return Arrays.stream(script.split("(?m)^# (?=ipset|ip6?tables)"))
                    .skip(1)
                    .map(part -> part.split("\n", 2))
                    .map(part -> new Part(part[0], part[1]))
                    .toList();
        }
    }

    @Test
    void theSameIsSaidAsJsonYamlAndTable() throws Exception {
        var json = SwivelRun.of(List.of(), arguments("render", "-o", "json")).json();
        assertThat(json.path("mode").asText()).isEqualTo("iptables");
        assertThat(json.at("/families/0/family").asText()).isEqualTo("IPv4");
        assertThat(json.toString())
                .contains("KUBE-SERVICES")
                .contains("--to-destination 192.168.1.12:8080")
                .contains("add KUBE-IPT-CLUSTER-REJECT 10.96.0.80,udp:53");
        assertThat(SwivelRun.of(List.of(), arguments("render", "-o", "yaml")).out())
                .startsWith("mode: iptables");
        assertThat(SwivelRun.of(List.of(), arguments("render", "-o", "table")).out())
                .startsWith("FAMILY  WHERE")
                .contains("KUBE-IPT-HAIRPIN");
    }

    @Test
    void planTellsWhatWouldBeAddedChangedAndRemovedAndTouchesNothing() throws Exception {
        SwivelRun first = plan("-o", "json");
        assertThat(first.exitCode()).isEqualTo(2);
        assertThat(first.json().path("same").asBoolean()).isFalse();
        assertThat(actions(first)).containsExactly("add");

        assertThat(namespace.call(() -> Command.of("ipset", "list", "-n").run().text())).isBlank();
        assertThat(namespace.call(() -> Command.of("nft", "list", "ruleset").run().text()))
                .as("not even an empty table comes into being")
                .isBlank();

        restore(SwivelRun.of(List.of(), arguments("render")).out());
        namespace.run(() -> {
            Command.of("iptables", "-t", "nat", "-F", "KUBE-MARK-MASQ").run();
            Command.of("iptables", "-t", "nat", "-N", "KUBE-SVC-AAAAAAAAAAAAAAAA").run();
            Command.of("iptables", "-t", "nat", "-N", "FOREIGN").run();
            Command.of("ipset", "del", "KUBE-IPT-HAIRPIN", "192.168.1.12,tcp:8080,192.168.1.12")
                    .run();
        });
        SwivelRun changed = plan();
        assertThat(changed.exitCode()).isEqualTo(2);
        assertThat(changed.out().lines())
                .containsExactly(
                        "~ IPv4 ipset KUBE-IPT-HAIRPIN",
                        "    + add KUBE-IPT-HAIRPIN 192.168.1.12,tcp:8080,192.168.1.12",
                        "~ IPv4 iptables-nft nat KUBE-MARK-MASQ",
                        "    + -A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000",
                        "- IPv4 iptables-nft nat KUBE-SVC-AAAAAAAAAAAAAAAA",
                        "0 to add, 2 to change, 1 to remove");
    }

    private void restore(String script) throws IOException {
        for (Part part : Part.of(script)) {
            List<String> argv = new ArrayList<>(inside);
            argv.addAll(List.of(part.program().split(" ")));
            Command.of(argv).withInput(part.text().getBytes(StandardCharsets.UTF_8)).run();
        }
    }

    private static Set<String> actions(SwivelRun run) throws IOException {
        Set<String> actions = new HashSet<>();
        StreamSupport.stream(run.json().path("differences").spliterator(), false)
                .forEach(difference -> actions.add(difference.path("action").asText()));
        return actions;
    }

    @Test
    void whatCannotBeDoneEndsWithOneLineAndExitCodeOne() throws Exception {
        SwivelRun noFolder = SwivelRun.of(List.of(), "plan", "--manifests=/nowhere");
        assertThat(noFolder.exitCode()).isEqualTo(1);
        assertThat(noFolder.err()).contains("/nowhere is not a directory");
        assertThat(plan("--no-such-flag").exitCode()).isEqualTo(1);
        SwivelRun noApi =
                SwivelRun.of(inside, "plan", "--master=http://127.0.0.1:1", "--timeout=1");
        assertThat(noApi.exitCode()).isEqualTo(1);
        assertThat(noApi.err().lines()).hasSize(1).first().asString().contains("within 1 s");
    }
}
