package dev.swivel.userspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.swivel.core.backend.BackendContext;
import dev.swivel.core.backend.Drift;
import dev.swivel.core.backend.KernelObject;
import dev.swivel.core.backend.Retirement;
import dev.swivel.core.backend.UnservableException;
import dev.swivel.core.config.ConfigDefaults;
import dev.swivel.core.fixture.Sample;
import dev.swivel.core.model.Change;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.Protocol;
import dev.swivel.core.model.ProxyState;
import dev.swivel.core.model.ServiceName;
import dev.swivel.linux.exec.Command;
import dev.swivel.linux.exec.CommandException;
import dev.swivel.linux.iptables.Flavour;
import dev.swivel.linux.netns.NetworkNamespace;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The backend against the kernel, in a network namespace of its own. Needs root.
class UserspaceBackendTest {
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final String HINT = "*mangle\n:KUBE-IPTABLES-HINT - [0:0]\nCOMMIT\n";

    private NetworkNamespace namespace;

    static Stream<Arguments> everywhere() {
        return Stream.of(Flavour.values())
                .flatMap(flavour ->
                        Stream.of(IpFamily.values()).map(family -> Arguments.of(flavour, family)));
    }

    @BeforeEach
    void enter() throws IOException {
        if ((int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") != 0) {
            throw new AssertionError("this test talks to the kernel: run it as root");
        }
        namespace =
                NetworkNamespace.create(
                        "swivel-usr-"
                                + ProcessHandle.current().pid()
                                + "-"
                                + COUNT.incrementAndGet());
        namespace.run(() -> Command.of("ip", "link", "set", "lo", "up").run());
    }

    @AfterEach
    void leave() {
        namespace.close();
    }

    /// Every kind of element.
    private static ProxyState everything(IpFamily family) {
        boolean v4 = family == IpFamily.IPV4;
        String service = v4 ? "10.96.0." : "fd00:10:96::";
        String vip = v4 ? "203.0.113." : "fd00:203::";
        String pod = v4 ? "10.244.1.5:8080" : "[fd00:10:244::5]:8080";
        String range = v4 ? "192.0.2.0/24" : "fd00:192::/64";
        return Sample.state(
                family,
                Sample.tcp("demo/web").clusterIp(service + 10, 80).nodePort(30080).cluster(pod),
                Sample.port("demo/dns", Protocol.UDP).clusterIp(service + 11, 53).cluster(pod),
                Sample.port("demo/sctp", Protocol.SCTP).clusterIp(service + 12, 99).cluster(pod),
                Sample.tcp("demo/empty").clusterIp(service + 13, 80).nodePort(30081),
                Sample.tcp("demo/edge")
                        .clusterIp(service + 14, 80)
                        .vip(vip + 1, 80)
                        .nodePort(30082)
                        .externalLocal()
                        .healthCheck(32000)
                        .cluster(pod),
                Sample.tcp("demo/some").vip(vip + 2, 80).only(range).cluster(pod),
                Sample.tcp("demo/none").vip(vip + 3, 80).only(range));
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void programsWhatItIsGivenAndFindsNoDrift(Flavour flavour, IpFamily family) {
        inNamespace(
                flavour,
                family,
                (backend, tools) -> {
                    ProxyState state = everything(family);
                    var report = backend.apply(state, Change.everything("start"));
                    assertThat(report.refused())
                            .singleElement()
                            .satisfies(problem -> {
                                assertThat(problem.object().name()).isEqualTo("sctp");
                                assertThat(problem.reason()).isEqualTo("ProtocolNotServed");
                            });
                    assertThat(backend.audit(state)).isEqualTo(Drift.NONE);
                    String before = tools.all();
                    assertThat(before).contains("-A PREROUTING", "-j KUBE-USR-CAPTURE", "DNAT");
                    assertThat(before)
                            .as("the pods' range, see Sample.node")
                            .contains(
                                    family == IpFamily.IPV4
                                            ? "-s 251.244.0.0/16 -j NETMAP --to 10.244.0.0/16"
                                            : "-s fd73:7769:7665::/48 -j NETMAP --to fd00:10:244::/48");
                    var again = backend.apply(state, Change.everything("again"));
                    assertThat(again.written()).isZero();
                    assertThat(again.removed()).isZero();
                    assertThat(tools.all()).isEqualTo(before);
                });
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void aServiceIsElementsAndNoRule(Flavour flavour, IpFamily family) {
        inNamespace(
                flavour,
                family,
                (backend, tools) -> {
                    ProxyState none = Sample.state(family);
                    backend.apply(none, Change.everything("start"));
                    String rules = tools.all();
                    ProxyState full = everything(family);
                    Set<ServiceName> names = Set.copyOf(full.services().keySet());

                    backend.apply(full, Change.of(names));
                    assertThat(tools.all()).isEqualTo(rules);
                    assertThat(tools.elements()).isGreaterThan(10);
                    assertThat(backend.audit(full)).isEqualTo(Drift.NONE);
                    assertThat(backend.apply(full, Change.everything("check")).written()).isZero();

                    backend.apply(none, Change.of(names));
                    assertThat(tools.all()).isEqualTo(rules);
                    assertThat(tools.elements()).isZero();
                    assertThat(backend.apply(none, Change.everything("check")).removed()).isZero();
                });
    }

    /// One whose endpoints nobody resolved stands for any that we stumble over.
    @Test
    void aServiceThatCannotBeServedIsNamedAndTheOthersAre() {
        inNamespace(
                Flavour.NFT,
                IpFamily.IPV4,
                (backend, tools) -> {
                    ProxyState good = everything(IpFamily.IPV4);
                    ServiceName bad = new ServiceName("demo", "bad");
                    ProxyState withBad =
                            new ProxyState(
                                    IpFamily.IPV4,
                                    2,
                                    good.node(),
                                    good.services().plus(bad, Sample.broken(bad)));
                    for (Change change :
                            List.of(Change.everything("start"), Change.of(Set.of(bad)))) {
                        assertThatThrownBy(() -> backend.apply(withBad, change))
                                .isInstanceOfSatisfying(
                                        UnservableException.class,
                                        e -> assertThat(e.service()).isEqualTo(bad));
                        backend.apply(good, Change.everything(bad + " had to be left out"));
                        assertThat(backend.audit(good)).isEqualTo(Drift.NONE);
                    }
                    assertThat(tools.elements()).isGreaterThan(10);
                });
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void noticesAndRepairsWhatOthersDo(Flavour flavour, IpFamily family) {
        inNamespace(
                flavour,
                family,
                (backend, tools) -> {
                    ProxyState state = everything(family);
                    backend.apply(state, Change.everything("start"));
                    String good = tools.all();

                    tools.iptables("-t nat -F KUBE-USR-RELAY");
                    assertThat(backend.audit(state).findings())
                            .containsExactly("chain KUBE-USR-RELAY of table nat was changed");
                    backend.apply(state, Change.everything("drift"));

                    tools.iptables("-t nat -F");
                    tools.iptables("-t filter -F");
                    assertThat(backend.audit(state).findings()).hasSizeGreaterThan(10);
                    backend.apply(state, Change.everything("drift"));
                    assertThat(tools.all()).isEqualTo(good);

                    String set =
                            family == IpFamily.IPV4 ? "KUBE-USR-ADDRESS" : "KUBE-6-USR-ADDRESS";
                    Command.of("ipset", "flush", set).run();
                    assertThat(backend.audit(state).findings())
                            .containsExactly("ipset " + set + " has 0 elements instead of 4");
                    backend.apply(state, Change.everything("drift"));

                    tools.ip("route del table local local " + tools.range() + " dev lo");
                    assertThat(backend.audit(state).findings())
                            .singleElement()
                            .asString()
                            .contains("local is gone");
                    backend.apply(state, Change.everything("drift"));
                    assertThat(tools.ip("route show table local")).contains(tools.range());
                    assertThat(backend.audit(state)).isEqualTo(Drift.NONE);
                });
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void cleanupRemovesAllOfItAndNothingElse(Flavour flavour, IpFamily family) {
        inNamespace(
                flavour,
                family,
                (backend, tools) -> {
                    tools.iptables("-t nat -N KUBE-SERVICES");
                    tools.iptables("-t nat -A PREROUTING -j KUBE-SERVICES");
                    tools.iptables("-t filter -A INPUT -p tcp --dport 22 -j ACCEPT");
                    String before = tools.all();
                    backend.apply(everything(family), Change.everything("start"));
                    assertThat(tools.all().lines()).containsAll(before.lines().toList());

                    new UserspaceBackend().cleanup();
                    assertThat(tools.all()).isEqualTo(before);
                    assertThat(tools.sets()).isEmpty();
                    assertThat(tools.ip("route show table local")).doesNotContain(tools.range());
                });
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void retiresWithoutTouchingItsSuccessor(Flavour flavour, IpFamily family) {
        inNamespace(
                flavour,
                family,
                (backend, tools) -> {
                    tools.iptables("-t nat -N KUBE-SERVICES");
                    tools.iptables("-t nat -A PREROUTING -j KUBE-SERVICES");
                    String before = tools.all();
                    backend.apply(everything(family), Change.everything("start"));
                    backend.close();
                    assertThat(tools.all()).as("what is programmed stays").contains("KUBE-USR");
                    new UserspaceBackend()
                            .retire(
                                    new Retirement(
                                            Duration.ofMinutes(1), ConfigDefaults.defaults()));
                    assertThat(tools.all()).isEqualTo(before);
                    assertThat(tools.sets()).isEmpty();
                    assertThat(tools.ip("route show table local")).doesNotContain(tools.range());
                    new UserspaceBackend()
                            .retire(
                                    new Retirement(
                                            Duration.ofMinutes(1), ConfigDefaults.defaults()));
                });
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void tellsWhatItWouldDoAndWhatItLeft(Flavour flavour, IpFamily family) {
        inNamespace(
                flavour,
                family,
                (backend, tools) -> {
                    ProxyState state = everything(family);
                    BackendContext context = context(family);
                    var rendering = backend.inspection().render(context, state);
                    assertThat(rendering.script())
                            .contains("route add local " + tools.range() + " dev lo")
                            .contains("-I PREROUTING", "-A KUBE-USR-RELAY");
                    assertThat(backend.inspection().plan(context, state)).hasSizeGreaterThan(20);

                    backend.apply(state, Change.everything("start"));
                    assertThat(backend.inspection().plan(context, state)).isEmpty();
                    assertThat(backend.inspection().leftovers())
                            .extracting(KernelObject::name)
                            .contains("KUBE-USR-CAPTURE", tools.range());
                    new UserspaceBackend().cleanup();
                    assertThat(backend.inspection().leftovers()).isEmpty();
                });
    }

    private interface Body {
        void run(UserspaceBackend backend, Tools tools) throws Exception;
    }

    private static BackendContext context(IpFamily family) {
        return new BackendContext(
                ConfigDefaults.defaults(), Set.of(family), new SimpleMeterRegistry());
    }

    private void inNamespace(Flavour flavour, IpFamily family, Body body) {
        Tools tools = new Tools(flavour, family);
        try {
            namespace.run(() -> {
                tools.restore(HINT);
                try (UserspaceBackend backend = new UserspaceBackend()) {
                    backend.start(context(family));
                    body.run(backend, tools);
                }
            });
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /// The standard tools.
    private record Tools(Flavour flavour, IpFamily family) {
        private String program() {
            return (family == IpFamily.IPV4 ? "iptables-" : "ip6tables-") + flavour.label();
        }

        String range() {
            return family == IpFamily.IPV4 ? "250.0.0.0/7" : "fd73:7769:7664::/47";
        }

        void iptables(String arguments) throws CommandException {
            Command.of(
                            Stream.concat(
                                            Stream.of(program(), "-w"),
                                            Stream.of(arguments.split(" ")))
                                    .toList())
                    .run();
        }

        void restore(String script) throws CommandException {
            Command.of(program() + "-restore", "--noflush")
                    .withInput(script.getBytes(StandardCharsets.UTF_8))
                    .run();
        }

        String ip(String arguments) throws CommandException {
            String option = family == IpFamily.IPV4 ? "-4" : "-6";
            return Command.of(
                            Stream.concat(Stream.of("ip", option), Stream.of(arguments.split(" ")))
                                    .toList())
                    .run()
                    .text();
        }

        /// The rules of nat and filter, sorted where order says nothing.
        String all() throws CommandException {
            StringBuilder all = new StringBuilder();
            for (String table : List.of("nat", "filter")) {
                all.append(
                        Command.of(program() + "-save", "-t", table)
                                .run()
                                .text()
                                .lines()
                                .filter(line -> line.startsWith("-A") || line.startsWith(":KUBE"))
                                .map(line ->
                                        line.startsWith(":")
                                                ? line.substring(0, line.indexOf(' '))
                                                : line)
                                .sorted((a, b) ->
                                        a.startsWith(":") && b.startsWith(":") ? a.compareTo(b) : 0)
                                .collect(Collectors.joining("\n", table + "\n", "\n")));
            }
            return all.toString();
        }

        List<String> sets() throws CommandException {
            return Command.of("ipset", "list", "-n").run().text().lines().toList();
        }

        long elements() throws CommandException {
            return Command.of("ipset", "save")
                    .run()
                    .text()
                    .lines()
                    .filter(line -> line.startsWith("add "))
                    .count();
        }
    }
}
