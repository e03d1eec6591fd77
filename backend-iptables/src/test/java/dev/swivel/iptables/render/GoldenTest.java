package dev.swivel.iptables.render;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swivel.core.fixture.Sample;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.LocalTraffic;
import dev.swivel.core.model.NodePortAddresses;
import dev.swivel.core.model.NodeView;
import dev.swivel.core.model.Protocol;
import dev.swivel.core.model.ProxyState;
import dev.swivel.iptables.Catalogue;
import dev.swivel.iptables.Layouts;
import dev.swivel.netfilter.rule.Rule;
import dev.swivel.netfilter.rule.RuleText;
import dev.swivel.netfilter.rule.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The rules of well-known states, as files. `-Dgolden.update=true` writes them anew.
class GoldenTest {
    private static final Path FILES = Path.of("src/test/resources/golden");

    static Stream<Arguments> states() {
        return Map.<String, ProxyState>ofEntries(
                        Map.entry("empty", v4()),
                        Map.entry("section-15", v4(web())),
                        Map.entry("affinity", v4(web().affinity(10800))),
                        Map.entry(
                                "udp-and-tcp",
                                v4(
                                        dns(Protocol.UDP).cluster("10.244.1.9:53"),
                                        dns(Protocol.TCP).cluster("10.244.1.9:53"))),
                        Map.entry("no-endpoints", v4(lb())),
                        Map.entry(
                                "external-local", v4(lb().externalLocal().cluster(A, B).local(A))),
                        Map.entry(
                                "external-local-none-here", v4(lb().externalLocal().cluster(A, B))),
                        Map.entry("internal-local-none-here", v4(web().internalLocal())),
                        Map.entry(
                                "source-ranges",
                                v4(lb().only("198.51.100.0/24", "10.128.0.0/24").cluster(A))),
                        Map.entry(
                                "source-ranges-no-endpoints",
                                v4(lb().only("198.51.100.0/24", "10.128.0.0/24"))),
                        Map.entry("health-check", v4(lb().healthCheck(32000).cluster(A))),
                        Map.entry("node-port-addresses", onSomeAddresses()),
                        Map.entry("bridge-interface", byInterface()),
                        Map.entry("many", many()),
                        Map.entry(
                                "everything-ipv6",
                                Sample.state(IpFamily.IPV6, Catalogue.everything(IpFamily.IPV6))))
                .entrySet()
                .stream()
                .map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
    }

    private static final String A = "10.244.1.5:8080";
    private static final String B = "10.244.2.6:8080";

    private static Sample web() {
        return Sample.tcp("demo/web:http")
                .clusterIp("10.96.0.10", 80)
                .nodePort(30080)
                .cluster(A, B);
    }

    private static Sample lb() {
        return Sample.tcp("demo/lb:https")
                .clusterIp("10.96.0.11", 443)
                .externalIp("203.0.113.21", 443)
                .vip("203.0.113.20", 443)
                .nodePort(30443);
    }

    private static Sample dns(Protocol protocol) {
        return Sample.port("kube-system/dns-" + protocol.lower() + ":dns", protocol)
                .clusterIp("10.96.0.53", 53);
    }

    private static ProxyState v4(Sample... services) {
        return Sample.state(IpFamily.IPV4, services);
    }

    private static ProxyState onSomeAddresses() {
        NodeView node =
                Sample.node(
                        IpFamily.IPV4,
                        new NodePortAddresses.Only(
                                List.of(IpAddress.of("10.128.0.2"), IpAddress.of("127.0.0.1"))));
        return Sample.state(IpFamily.IPV4, node, List.of(web().build()));
    }

    private static ProxyState byInterface() {
        NodeView node =
                new NodeView(
                        "node-1",
                        Optional.empty(),
                        List.of(IpAddress.of("10.128.0.2")),
                        new LocalTraffic.FromInterfacePrefix("veth"),
                        NodePortAddresses.ALL,
                        List.of(),
                        false);
        return Sample.state(
                IpFamily.IPV4,
                node,
                List.of(web().build(), lb().externalLocal().cluster(A, B).local(A).build()));
    }

    private static ProxyState many() {
        return v4(
                IntStream.range(0, 40)
                        .mapToObj(i ->
                                Sample.tcp("demo/s" + i)
                                        .clusterIp("10.96." + i % 3 + "." + i, 80)
                                        .nodePort(30000 + 7 * i)
                                        .cluster("10.244.1." + i + ":80"))
                        .toArray(Sample[]::new));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("states")
    void rendersAsInTheFile(String name, ProxyState state) throws IOException {
        Layout layout = Layouts.of(state.family()).with(state.node());
        String rendered = print(Ruleset.of(layout, state));
        Path file = FILES.resolve(name + ".rules");
        if (Boolean.getBoolean("golden.update")) {
            Files.createDirectories(FILES);
            Files.writeString(file, rendered);
        }
        assertThat(rendered).isEqualTo(Files.readString(file));
    }

    private static String print(Ruleset rules) {
        StringBuilder text = new StringBuilder();
        for (Table table : List.of(Table.NAT, Table.FILTER)) {
            text.append('*').append(table.text()).append('\n');
            for (var chain : new TreeMap<>(rules.chains(table)).values()) {
                for (Rule rule : chain.rules()) {
                    text.append(RuleText.append(chain.name(), rule)).append('\n');
                }
            }
        }
        text.append("*sets\n");
        text.append(
                rules.elements().stream()
                        .map(element ->
                                element.set().name(rules.layout().family())
                                        + " "
                                        + text(element)
                                        + "\n")
                        .sorted()
                        .collect(Collectors.joining()));
        new TreeMap<>(rules.affinity())
                .forEach((set, timeout) -> text.append(set + " timeout " + timeout + "\n"));
        return text.toString();
    }

    private static String text(Element element) {
        return switch (element) {
            case Element.IpPort(var _, var address, var protocol, var port) ->
                    address + " " + protocol.lower() + " " + port;
            case Element.Hairpin(var address, var protocol, var port) ->
                    address + " " + protocol.lower() + " " + port;
            case Element.Admitted(var address, var protocol, var port, var source) ->
                    address + " " + protocol.lower() + " " + port + " from " + source;
            case Element.AnyPort(var _, var _, var protocol, var port) ->
                    protocol.lower() + " " + port;
        };
    }
}
