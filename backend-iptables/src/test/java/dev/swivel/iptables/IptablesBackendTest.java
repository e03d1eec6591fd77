package dev.swivel.iptables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.swivel.core.backend.BackendContext;
import dev.swivel.core.backend.BackendException;
import dev.swivel.core.backend.Drift;
import dev.swivel.core.backend.KernelObject;
import dev.swivel.core.backend.Retirement;
import dev.swivel.core.config.ConfigDefaults;
import dev.swivel.core.fixture.Sample;
import dev.swivel.core.model.Change;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.ProxyState;
import dev.swivel.core.model.ServiceName;
import dev.swivel.iptables.render.Names;
import dev.swivel.linux.exec.Command;
import dev.swivel.linux.iptables.Flavour;
import dev.swivel.linux.iptables.RecentList;
import dev.swivel.linux.netns.NetworkNamespace;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// The backend against the kernel, in a network namespace of its own. Needs root.
class IptablesBackendTest {
    private static final String HINT = ":KUBE-IPTABLES-HINT - [0:0]\n";

    private NetworkNamespace namespace;

    static Stream<Arguments> everywhere() {
        return Stream.of(Flavour.values())
                .flatMap(flavour ->
                        Stream.of(IpFamily.values()).map(family -> Arguments.of(flavour, family)));
    }

    @BeforeEach
    void enter() throws IOException {
        namespace = TestNamespace.create();
    }

    @AfterEach
    void leave() {
        namespace.close();
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void programsWhatItIsGivenAndFindsNoDrift(Flavour flavour, IpFamily family) {
        inNamespace(
                flavour,
                family,
                (backend, tools) -> {
                    ProxyState state = Sample.state(family, Catalogue.everything(family));
                    backend.apply(state, Change.everything("start"));

                    assertThat(backend.audit(state)).isEqualTo(Drift.NONE);
                    assertThat(tools.save("nat"))
                            .contains("-A PREROUTING", "KUBE-SVC-", "KUBE-SEP-");
                    String before = tools.save("nat") + tools.save("filter");
                    var again = backend.apply(state, Change.everything("again"));
                    assertThat(again.written()).isZero();
                    assertThat(again.removed()).isZero();
                    assertThat(tools.save("nat") + tools.save("filter")).isEqualTo(before);
                });
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void followsAChangeAndLeavesNothingBehind(Flavour flavour, IpFamily family) {
        inNamespace(
                flavour,
                family,
                (backend, tools) -> {
                    ProxyState none = Sample.state(family);
                    backend.apply(none, Change.everything("start"));
                    String empty = tools.save("nat") + tools.save("filter");
                    ProxyState full = Sample.state(family, Catalogue.everything(family));
                    Set<ServiceName> names = Set.copyOf(full.services().keySet());

                    backend.apply(full, Change.of(names));
                    assertThat(backend.audit(full)).isEqualTo(Drift.NONE);
                    assertThat(backend.apply(full, Change.everything("check")).written()).isZero();

                    backend.apply(none, Change.of(names));
                    assertThat(tools.save("nat") + tools.save("filter")).isEqualTo(empty);
                    assertThat(tools.elements()).isZero();
                    assertThat(backend.apply(none, Change.everything("check")).written()).isZero();
                });
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void noticesAndRepairsWhatOthersDo(Flavour flavour, IpFamily family) {
        inNamespace(
                flavour,
                family,
                (backend, tools) -> {
                    ProxyState state = Sample.state(family, Catalogue.everything(family));
                    backend.apply(state, Change.everything("start"));
                    String good = tools.save("nat") + tools.save("filter");

                    tools.iptables(
                            "-t nat -D PREROUTING -m comment --comment kubernetes+service+portals"
                                    + " -j KUBE-SERVICES");
                    assertThat(backend.audit(state).findings())
                            .containsExactly(
                                    "the jump from PREROUTING to KUBE-SERVICES in table nat is gone");
                    backend.apply(state, Change.everything("drift"));
                    assertThat(backend.audit(state)).isEqualTo(Drift.NONE);
                    assertThat(tools.save("nat") + tools.save("filter")).isEqualTo(good);

                    tools.iptables("-t nat -F KUBE-POSTROUTING");
                    assertThat(backend.audit(state).findings())
                            .containsExactly("chain KUBE-POSTROUTING of table nat was changed");
                    backend.apply(state, Change.everything("drift"));

                    tools.iptables("-t filter -F");
                    tools.iptables("-t nat -F");
                    assertThat(backend.audit(state).findings()).hasSizeGreaterThan(10);
                    backend.apply(state, Change.everything("drift"));
                    assertThat(tools.save("nat") + tools.save("filter")).isEqualTo(good);
                    assertThat(backend.audit(state)).isEqualTo(Drift.NONE);

                    String reject =
                            family == IpFamily.IPV4
                                    ? "KUBE-IPT-CLUSTER-REJECT"
                                    : "KUBE-6-IPT-CLUSTER-REJECT";
                    Command.of("ipset", "flush", reject).run();
                    assertThat(backend.audit(state).findings())
                            .containsExactly("ipset " + reject + " has 0 elements instead of 1");
                    backend.apply(state, Change.everything("drift"));
                    assertThat(backend.audit(state)).isEqualTo(Drift.NONE);
                });
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void leavesTheRulesOfOthersAlone(Flavour flavour, IpFamily family) {
        inNamespace(
                flavour,
                family,
                (backend, tools) -> {
                    tools.iptables("-t nat -N CNI-HOSTPORT-DNAT");
                    tools.iptables("-t nat -A PREROUTING -p tcp --dport 8080 -j CNI-HOSTPORT-DNAT");
                    tools.iptables("-t filter -N KUBE-ROUTER-INPUT");
                    tools.iptables("-t filter -A INPUT -j KUBE-ROUTER-INPUT");
                    tools.iptables("-t filter -N KUBE-FIREWALL");
                    tools.iptables("-t filter -A KUBE-FIREWALL -m mark --mark 0x8000 -j DROP");
                    String before = tools.save("nat") + tools.save("filter");
                    ProxyState state = Sample.state(family, Catalogue.everything(family));

                    backend.apply(state, Change.everything("start"));
                    assertThat((tools.save("nat") + tools.save("filter")).lines())
                            .containsAll(before.lines().toList());
                    assertThat(backend.audit(state)).isEqualTo(Drift.NONE);
                    tools.iptables("-t nat -A CNI-HOSTPORT-DNAT -p tcp -j RETURN");
                    assertThat(backend.audit(state)).isEqualTo(Drift.NONE);
                    tools.iptables("-t nat -F CNI-HOSTPORT-DNAT");

                    backend.cleanup();
                    String after = tools.save("nat") + tools.save("filter");
                    assertThat(withoutFirewall(after)).isEqualTo(withoutFirewall(before));
                    assertThat(tools.sets()).isEmpty();
                });
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void saysWhatWasRefusedAndRecovers(Flavour flavour, IpFamily family) {
        inNamespace(
                flavour,
                family,
                (backend, tools) -> {
                    ProxyState state = Sample.state(family, Catalogue.everything(family));
                    backend.apply(state, Change.everything("start"));
                    String good = tools.save("nat");
                    // somebody else's rule keeps a chain of ours from being removed
                    tools.iptables("-t nat -N OTHER");
                    tools.iptables("-t nat -A OTHER -j KUBE-SVC-XRY76EGRC3BSCIIJ");
                    ProxyState fewer = without(state, "web");

                    assertThatThrownBy(() ->
                                    backend.apply(
                                            fewer,
                                            Change.of(Set.of(new ServiceName("demo", "web")))))
                            .isInstanceOf(BackendException.class)
                            .hasMessageContaining("KUBE-SVC-XRY76EGRC3BSCIIJ");

                    assertThat(withoutOther(tools.save("nat"))).isEqualTo(good);
                    tools.iptables("-t nat -F OTHER");
                    backend.apply(fewer, Change.everything("failed"));
                    assertThat(tools.save("nat")).doesNotContain("XRY76EGRC3BSCIIJ");
                    assertThat(backend.audit(fewer)).isEqualTo(Drift.NONE);
                });
    }

    private static ProxyState without(ProxyState state, String name) {
        return new ProxyState(
                state.family(),
                2,
                state.node(),
                state.services().minus(new ServiceName("demo", name)));
    }

    private static String withoutOther(String saved) {
        return saved.lines()
                .filter(line -> !line.contains("OTHER"))
                .collect(Collectors.joining("\n"));
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void retiresFromWhatItsSuccessorUses(Flavour flavour, IpFamily family) {
        inNamespace(
                flavour,
                family,
                (backend, tools) -> {
                    ProxyState state = Sample.state(family, Catalogue.everything(family));
                    backend.apply(state, Change.everything("start"));
                    String protocol = family == IpFamily.IPV4 ? "inet" : "inet6";
                    Command.of(
                                    "ipset",
                                    "create",
                                    "KUBE-CLUSTER-IP",
                                    "hash:ip,port",
                                    "family",
                                    protocol)
                            .run();
                    // as kube-proxy's IPVS mode writes them
                    tools.restore(
                            """
                            *nat
                            :KUBE-SERVICES - [0:0]
                            :KUBE-POSTROUTING - [0:0]
                            :KUBE-MARK-MASQ - [0:0]
                            -A KUBE-MARK-MASQ -j MARK --or-mark 0x4000
                            -A KUBE-SERVICES -m set --match-set KUBE-CLUSTER-IP dst,dst -j KUBE-MARK-MASQ
                            -A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN
                            -A KUBE-POSTROUTING -j MASQUERADE
                            COMMIT
                            """);

                    backend.retire(new Retirement(Duration.ZERO, ConfigDefaults.defaults()));

                    assertThat(tools.save("nat"))
                            .contains(
                                    "-j KUBE-SERVICES", "-j KUBE-POSTROUTING", "-j KUBE-MARK-MASQ")
                            .doesNotContain("KUBE-SVC-", "KUBE-SEP-", "KUBE-NODEPORTS", "KUBE-IP-");
                    assertThat(tools.save("filter"))
                            .contains("-j KUBE-FORWARD")
                            .doesNotContain(
                                    "KUBE-SERVICES", "KUBE-PROXY-FIREWALL", "KUBE-NODEPORTS");
                    assertThat(tools.sets()).containsExactly("KUBE-CLUSTER-IP");
                });
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void retiresFromEverythingIfItsSuccessorUsesNothing(Flavour flavour, IpFamily family) {
        inNamespace(
                flavour,
                family,
                (backend, tools) -> {
                    ProxyState state = Sample.state(family, Catalogue.everything(family));
                    backend.apply(state, Change.everything("start"));
                    backend.retire(new Retirement(Duration.ZERO, ConfigDefaults.defaults()));
                    assertThat(tools.save("nat") + tools.save("filter"))
                            .doesNotContain("KUBE-S", "KUBE-E", "KUBE-P", "KUBE-M", "KUBE-FORWARD");
                    assertThat(tools.sets()).isEmpty();
                });
    }

    /// A proxy that is still running when another takes over repairs what is taken from it.
    @ParameterizedTest
    @EnumSource(Flavour.class)
    void removesAlsoWhatIsPutBackAfterItsRetirement(Flavour flavour) {
        inNamespace(
                flavour,
                IpFamily.IPV4,
                (backend, tools) -> {
                    ProxyState state =
                            Sample.state(IpFamily.IPV4, Catalogue.everything(IpFamily.IPV4));
                    backend.apply(state, Change.everything("start"));
                    List<Duration> pauses = new ArrayList<>();
                    IptablesBackend successors =
                            new IptablesBackend(pause -> {
                                pauses.add(pause);
                                backend.apply(state, Change.everything("repair"));
                            });
                    Duration hour = Duration.ofHours(1);
                    successors.retire(new Retirement(hour, ConfigDefaults.defaults()));
                    assertThat(pauses).as("looked again").isNotEmpty();
                    assertThat(tools.save("nat") + tools.save("filter"))
                            .doesNotContain("KUBE-S", "KUBE-E", "KUBE-P", "KUBE-M");
                    assertThat(tools.sets()).isEmpty();

                    successors.retire(new Retirement(hour, ConfigDefaults.defaults(), () -> true));
                    assertThat(tools.save("nat"))
                            .as("the successor was replaced by what it finds")
                            .contains("KUBE-SVC-");
                });
    }

    @ParameterizedTest
    @EnumSource(Flavour.class)
    void bothFamiliesLiveSideBySide(Flavour flavour) {
        inNamespace(
                flavour,
                IpFamily.IPV4,
                (first, tools) -> {
                    first.close();
                    try (IptablesBackend backend = new IptablesBackend()) {
                        backend.start(
                                new BackendContext(
                                        ConfigDefaults.defaults(),
                                        Set.of(IpFamily.values()),
                                        new SimpleMeterRegistry()));
                        for (IpFamily family : IpFamily.values()) {
                            ProxyState state = Sample.state(family, Catalogue.everything(family));
                            backend.apply(state, Change.everything("start"));
                        }
                        for (IpFamily family : IpFamily.values()) {
                            ProxyState state = Sample.state(family, Catalogue.everything(family));
                            backend.apply(
                                    without(state, "web"),
                                    Change.of(Set.of(new ServiceName("demo", "web"))));
                        }
                        for (IpFamily family : IpFamily.values()) {
                            ProxyState state = Sample.state(family, Catalogue.everything(family));
                            assertThat(backend.audit(state)).isEqualTo(Drift.NONE);
                        }
                        tools.iptables("-t nat -F");
                        assertThat(backend.audit(Sample.state(IpFamily.IPV6)).isEmpty()).isTrue();
                        assertThat(backend.audit(Sample.state(IpFamily.IPV4)).isEmpty()).isFalse();
                    }
                });
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void takesOverFromKubeProxy(Flavour flavour, IpFamily family) {
        inNamespace(
                flavour,
                family,
                (backend, tools) -> {
                    tools.restore(KubeProxyDump.of(family));
                    ProxyState state = Sample.state(family, Catalogue.everything(family));

                    backend.apply(state, Change.everything("start"));

                    String nat = tools.save("nat");
                    assertThat(nat).doesNotContain("KUBE-SVC-OLD", "KUBE-SEP-OLD");
                    assertThat(nat.lines().filter(line -> line.startsWith("-A PREROUTING")))
                            .hasSize(1);
                    assertThat(tools.save("filter").lines().filter(l -> l.startsWith("-A INPUT")))
                            .hasSize(family == IpFamily.IPV4 ? 4 : 3);
                    assertThat(backend.audit(state)).isEqualTo(Drift.NONE);
                    backend.cleanup();
                    assertThat(tools.save("nat") + tools.save("filter"))
                            .doesNotContain("KUBE-SERVICES", "KUBE-PROXY", "KUBE-SVC");
                });
    }

    /// By its `recent` lists; who is in two was last where it was seen last.
    @ParameterizedTest
    @EnumSource(IpFamily.class)
    void takesOverWhichClientKubeProxySentWhere(IpFamily family) {
        inNamespace(
                Flavour.NFT,
                family,
                (backend, tools) -> {
                    ProxyState state = Sample.state(family, Catalogue.everything(family));
                    backend.apply(state, Change.everything("to know the names"));
                    String prefix = Names.affinityPrefix(family);
                    List<String> endpoints =
                            tools.sets().stream()
                                    .filter(set -> set.startsWith(prefix))
                                    .map(set -> "KUBE-SEP-" + set.substring(prefix.length()))
                                    .toList();
                    assertThat(endpoints).hasSizeGreaterThan(1);
                    tools.iptables("-t nat -F");
                    tools.iptables("-t nat -X");

                    boolean v4 = family == IpFamily.IPV4;
                    String moved = v4 ? "192.0.2.7" : "2001:db8:0:0:0:0:0:7";
                    String stayed = v4 ? "192.0.2.8" : "2001:db8:0:0:0:0:0:8";
                    String before = endpoints.getFirst();
                    String after = endpoints.getLast();
                    for (String endpoint : endpoints) {
                        tools.iptables("-t nat -N " + endpoint);
                        tools.iptables(
                                "-t nat -A %1$s -m recent --name %1$s --set -j DNAT --to %2$s"
                                        .formatted(endpoint, v4 ? "192.0.2.9" : "2001:db8::9"));
                    }
                    // an earlier Swivel's
                    var _ = Command.of("ipset", "add", prefix + before.substring(9), moved).run();
                    see(before, moved);
                    see(before, stayed);
                    do {
                        see(after, moved);
                    } while (lastSeen(after, moved) <= lastSeen(before, moved));

                    backend.apply(state, Change.everything("start"));

                    assertThat(tools.members(prefix + before.substring(9))).containsOnly(stayed);
                    assertThat(tools.members(prefix + after.substring(9))).containsOnly(moved);
                });
    }

    private static void see(String list, String client) throws IOException {
        Files.writeString(Path.of("/proc/thread-self/net/xt_recent", list), "+" + client + "\n");
    }

    private static long lastSeen(String list, String client) throws IOException {
        return RecentList.read(list).get(InetAddress.ofLiteral(client));
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void tidiesUpAfterKubeProxyTookOver(Flavour flavour, IpFamily family) {
        inNamespace(
                flavour,
                family,
                (backend, tools) -> {
                    ProxyState state = Sample.state(family, many(family));
                    backend.apply(state, Change.everything("start"));
                    String ours = tools.save("nat") + tools.save("filter");
                    assertThat(ours).contains(":KUBE-IP-");
                    assertThat(backend.inspection().unused()).as("while it serves").isEmpty();
                    backend.tidy();
                    assertThat(tools.save("nat") + tools.save("filter")).isEqualTo(ours);

                    tools.restore(KubeProxyDump.of(family));
                    String before = tools.save("nat") + tools.save("filter");
                    assertThat(backend.inspection().unused())
                            .extracting(KernelObject::name)
                            .contains("OUTPUT")
                            .anyMatch(name -> name.startsWith("KUBE-IP-"));
                    backend.tidy();
                    assertThat((tools.save("nat") + tools.save("filter")).lines())
                            .containsExactlyElementsOf(
                                    before.lines()
                                            .filter(line ->
                                                    !line.matches(
                                                            ".*KUBE-(IP|NP)-.*|-A OUTPUT .*KUBE-EXTERNAL-SERVICES"))
                                            .toList());
                    assertThat(tools.sets()).doesNotContain("KUBE-IPT-", "KUBE-6-IPT-");
                    assertThat(backend.inspection().unused()).isEmpty();
                });
    }

    /// More than one chain of the dispatch tree can take.
    private static Sample[] many(IpFamily family) {
        boolean v4 = family == IpFamily.IPV4;
        return IntStream.rangeClosed(1, 12)
                .mapToObj(i ->
                        Sample.tcp("demo/s" + i)
                                .clusterIp((v4 ? "10.96.0." : "fd00:96::") + i, 80)
                                .cluster(v4 ? "10.244.1.9:80" : "[fd00:10:244::9]:80"))
                .toArray(Sample[]::new);
    }

    private static List<String> withoutFirewall(String saved) {
        return saved.lines()
                .filter(line -> !line.startsWith("#"))
                .filter(line -> !line.contains("KUBE-FIREWALL"))
                .sorted()
                .toList();
    }

    private interface Body {
        void run(IptablesBackend backend, Tools tools) throws Exception;
    }

    private void inNamespace(Flavour flavour, IpFamily family, Body body) {
        Tools tools = new Tools(flavour, family);
        try {
            namespace.run(() -> {
                tools.restore("*mangle\n" + HINT + "COMMIT\n");
                try (IptablesBackend backend = new IptablesBackend()) {
                    backend.start(
                            new BackendContext(
                                    ConfigDefaults.defaults(),
                                    Set.of(family),
                                    new SimpleMeterRegistry()));
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

        String save(String table) throws IOException {
            return Command.of(program() + "-save", "-t", table)
                    .run()
                    .text()
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .collect(Collectors.joining("\n"));
        }

        void iptables(String arguments) throws IOException {
            String[] words = (program() + " -w " + arguments).split(" ", -1);
            for (int i = 0; i < words.length; i++) {
                words[i] = words[i].replace('+', ' ');
            }
            var _ = Command.of(words).run();
        }

        void restore(String script) throws IOException {
            var _ =
                    Command.of(program() + "-restore", "--noflush")
                            .withInput(script.getBytes(StandardCharsets.UTF_8))
                            .run();
        }

        List<String> sets() throws IOException {
            return Command.of("ipset", "list", "-n").run().text().lines().toList();
        }

        /// Addresses, as [InetAddress] writes them.
        List<String> members(String set) throws IOException {
            return Command.of("ipset", "save", set)
                    .run()
                    .text()
                    .lines()
                    .filter(line -> line.startsWith("add "))
                    .map(line -> InetAddress.ofLiteral(line.split(" ", -1)[2]).getHostAddress())
                    .toList();
        }

        long elements() throws IOException {
            return Command.of("ipset", "save")
                    .run()
                    .text()
                    .lines()
                    .filter(line -> line.startsWith("add "))
                    .count();
        }
    }
}
