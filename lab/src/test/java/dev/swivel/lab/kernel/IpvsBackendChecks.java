package dev.swivel.lab.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swivel.core.backend.BackendContext;
import dev.swivel.core.backend.Drift;
import dev.swivel.core.backend.ProxyBackend;
import dev.swivel.core.backend.Retirement;
import dev.swivel.core.config.ConfigDefaults;
import dev.swivel.core.model.Change;
import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.Endpoint;
import dev.swivel.core.model.EndpointChoice;
import dev.swivel.core.model.Frontend;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.LocalTraffic;
import dev.swivel.core.model.NodePortAddresses;
import dev.swivel.core.model.NodeView;
import dev.swivel.core.model.Protocol;
import dev.swivel.core.model.ProxyState;
import dev.swivel.core.model.ResolvedPort;
import dev.swivel.core.model.ResolvedService;
import dev.swivel.core.model.ServiceName;
import dev.swivel.core.model.ServicePortName;
import dev.swivel.core.model.SourceRanges;
import dev.swivel.iptables.IptablesBackend;
import dev.swivel.ipvs.IpvsBackend;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The backend in a fresh namespace, read back with the standard tools.
class IpvsBackendChecks {
    private static final String NODE = "10.128.0.2";
    private static final ServiceName WEB = new ServiceName("shop", "web");

    private OwnNamespace namespace;
    private ProxyBackend backend;
    private ProxyState state;

    @BeforeEach
    void create() throws Exception {
        namespace = OwnNamespace.create();
        run("ip", "address", "add", NODE + "/24", "dev", "lo");
        run("iptables-legacy", "-w", "-t", "mangle", "-N", "KUBE-IPTABLES-HINT");
        state = ProxyState.empty(IpFamily.IPV4, node());
        start();
    }

    @AfterEach
    void remove() {
        backend.close();
        namespace.close();
    }

    private void start() throws Exception {
        backend = new IpvsBackend();
        inside(() -> backend.start(context()));
    }

    private static BackendContext context() {
        return new BackendContext(
                ConfigDefaults.defaults(), Set.of(IpFamily.IPV4), new SimpleMeterRegistry());
    }

    private interface Work {
        void run() throws Exception;
    }

    private void inside(Work work) {
        namespace
                .namespace()
                .run(() -> {
                    try {
                        work.run();
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                });
    }

    private String run(String... command) throws IOException {
        return namespace.run(command);
    }

    private static NodeView node() {
        return new NodeView(
                "node-1",
                Optional.empty(),
                List.of(IpAddress.of(NODE)),
                new LocalTraffic.FromCidr(Cidr.of("10.244.0.0/16")),
                NodePortAddresses.ALL,
                List.of(IpAddress.of("127.0.0.1"), IpAddress.of(NODE)),
                false);
    }

    private static ResolvedService web(boolean external, String... endpoints) {
        List<Endpoint> cluster =
                Stream.of(endpoints)
                        .map(ip -> new Endpoint(IpAddress.of(ip), 8080, false))
                        .toList();
        List<Frontend> frontends = new ArrayList<>();
        frontends.add(new Frontend.ClusterIp(IpAddress.of("10.96.0.10"), 80));
        if (external) {
            frontends.add(new Frontend.LoadBalancerVip(IpAddress.of("203.0.113.10"), 80));
            frontends.add(new Frontend.NodePort(30080));
        }
        return new ResolvedService(
                WEB,
                List.of(
                        new ResolvedPort(
                                new ServicePortName(WEB, "", Protocol.TCP),
                                frontends,
                                SourceRanges.ANYONE,
                                0,
                                false,
                                external,
                                new EndpointChoice(
                                        cluster,
                                        cluster.stream().limit(1).toList(),
                                        !cluster.isEmpty(),
                                        List.of()),
                                Map.of())),
                0,
                0);
    }

    private void apply(ResolvedService service) {
        apply(service, Change.of(Set.of(service.name())));
    }

    private void apply(ResolvedService service, Change change) {
        state =
                new ProxyState(
                        IpFamily.IPV4,
                        state.generation() + 1,
                        state.node(),
                        state.services().plus(service.name(), service));
        inside(() -> backend.apply(state, change));
    }

    private Drift audit() {
        List<Drift> found = new ArrayList<>();
        inside(() -> found.add(backend.audit(state)));
        return found.getFirst();
    }

    private void repair() {
        inside(() -> backend.apply(state, Change.everything("others changed something")));
        assertThat(audit().findings()).isEmpty();
    }

    private String servers() throws IOException {
        return run("ipvsadm", "-Sn");
    }

    @Test
    void servesAndFollows() throws Exception {
        apply(web(true, "10.244.1.5", "10.244.2.6"), Change.everything("start"));
        assertThat(servers())
                .contains("-A -t 10.96.0.10:80 -s rr")
                .contains("-a -t 10.96.0.10:80 -r 10.244.2.6:8080 -m -w 1")
                .contains("-a -t 203.0.113.10:80 -r 10.244.1.5:8080 -m -w 1")
                .doesNotContain("-a -t 203.0.113.10:80 -r 10.244.2.6")
                .contains("-A -t 10.128.0.2:30080 -s rr")
                .containsPattern("-a -f \\d+ -r 10.244.2.6:8080 -m -w 1");
        assertThat(run("ip", "-o", "address", "show", "kube-ipvs0"))
                .contains("10.96.0.10/32", "203.0.113.10/32")
                .doesNotContain(NODE);
        assertThat(run("ipset", "list", "KUBE-CLUSTER-IP")).contains("10.96.0.10,tcp:80");
        assertThat(run("iptables-legacy-save", "-t", "nat"))
                .contains("-A KUBE-SERVICES -m set --match-set KUBE-CLUSTER-IP dst,dst");
        assertThat(audit().findings()).isEmpty();

        String rules = run("iptables-legacy-save", "-t", "nat");
        apply(web(false));
        assertThat(servers())
                .contains("-A -t 10.96.0.10:80")
                .doesNotContain("203.0.113.10", "30080", "-f ");
        assertThat(audit().findings()).isEmpty();
        assertThat(bare(run("iptables-legacy-save", "-t", "nat"))).isEqualTo(bare(rules));
        assertThat(run("ipset", "list", "KUBE-IPVS-REJECT")).contains("10.96.0.10,tcp:80");
        // idle, so it is gone with the audit
        assertThat(servers()).doesNotContain("-a -t");
    }

    private static String bare(String saved) {
        return saved.replaceAll("(?m)^#.*$|\\[[0-9:]*\\]", "");
    }

    @Test
    void mendsWhatOthersChange() throws Exception {
        apply(web(true, "10.244.1.5", "10.244.2.6"), Change.everything("start"));
        String right = servers();
        for (List<String> fault :
                List.of(
                        List.of("ipvsadm", "-D", "-t", "10.96.0.10:80"),
                        List.of("ipvsadm", "-d", "-t", "10.96.0.10:80", "-r", "10.244.1.5:8080"),
                        List.of("ipvsadm", "-E", "-t", "10.96.0.10:80", "-s", "wlc"),
                        List.of("ipvsadm", "-C"),
                        List.of("ip", "link", "delete", "kube-ipvs0"),
                        List.of("ip", "address", "delete", "10.96.0.10/32", "dev", "kube-ipvs0"),
                        List.of("ipset", "flush", "KUBE-CLUSTER-IP"),
                        List.of("iptables-legacy", "-w", "-t", "mangle", "-F", "KUBE-IPVS-MARK"),
                        List.of("iptables-legacy", "-w", "-t", "nat", "-F"))) {
            run(fault.toArray(String[]::new));
            assertThat(audit().findings()).as("%s", fault).isNotEmpty();
            repair();
            assertThat(sorted(servers())).as("%s", fault).isEqualTo(sorted(right));
        }
    }

    private static List<String> sorted(String text) {
        return text.lines().sorted().toList();
    }

    @Test
    void leavesOthersAlone() throws Exception {
        run("ipvsadm", "-A", "-t", "192.0.2.1:80", "-s", "rr");
        run("ipvsadm", "-A", "-t", NODE + ":9999", "-s", "rr");
        run("ipvsadm", "-A", "-f", "7", "-s", "rr");
        apply(web(true, "10.244.1.5"), Change.everything("start"));
        repair();
        assertThat(servers()).contains("192.0.2.1:80", NODE + ":9999", "-A -f 7 ");
        inside(() -> backend.cleanup());
        assertThat(sorted(servers()))
                .containsExactly(
                        "-A -f 7 -s rr",
                        "-A -t " + NODE + ":9999 -s rr",
                        "-A -t 192.0.2.1:80 -s rr");
    }

    @Test
    void cleanupLeavesNothing() throws Exception {
        apply(web(true, "10.244.1.5", "10.244.2.6"), Change.everything("start"));
        inside(() -> backend.cleanup());
        assertThat(servers()).isEmpty();
        assertThat(run("ip", "-o", "link")).doesNotContain("kube-ipvs0");
        assertThat(run("ipset", "list", "-name")).isEmpty();
        for (String table : List.of("nat", "filter", "mangle")) {
            assertThat(run("iptables-legacy-save", "-t", table))
                    .doesNotContain("KUBE-IPVS", "KUBE-SERVICES", "KUBE-NODE", "KUBE-LOAD");
        }
    }

    @Test
    void aRestartFindsWhatDrainsAndWhatNobodyNeeds() throws Exception {
        apply(web(true, "10.244.1.5", "10.244.2.6"), Change.everything("start"));
        backend.close();
        run("ipvsadm", "-a", "-t", "10.96.0.10:80", "-r", "10.244.9.9:8080", "-m", "-w", "0");
        run("ip", "address", "add", "10.96.0.99/32", "dev", "kube-ipvs0");
        run("ipvsadm", "-A", "-t", "10.96.0.99:80", "-s", "rr");
        run("ipset", "add", "KUBE-NODE-PORT-TCP", "30099");
        run("ipvsadm", "-A", "-t", NODE + ":30099", "-s", "rr");

        start();
        repair();

        assertThat(servers()).doesNotContain("10.96.0.99", "30099", "10.244.9.9");
        assertThat(run("ip", "-o", "address", "show", "kube-ipvs0")).doesNotContain("10.96.0.99");
        assertThat(run("ipset", "list", "KUBE-NODE-PORT-TCP")).doesNotContain("30099");
    }

    @Test
    void aSetWithAnotherTypeIsReplaced() throws Exception {
        run("ipset", "create", "KUBE-CLUSTER-IP", "hash:net");
        apply(web(false, "10.244.1.5"), Change.everything("start"));
        assertThat(run("ipset", "list", "KUBE-CLUSTER-IP")).contains("hash:ip,port");
    }

    private ProxyBackend startIptables() {
        ProxyBackend iptables = new IptablesBackend();
        inside(() -> iptables.start(context()));
        return iptables;
    }

    @Test
    void takesOverFromModeIptablesAndGivesBack() throws Exception {
        ProxyBackend before = startIptables();
        ResolvedService web = web(true, "10.244.1.5", "10.244.2.6");
        state =
                new ProxyState(
                        IpFamily.IPV4, 1, state.node(), state.services().plus(web.name(), web));
        inside(() -> before.apply(state, Change.everything("start")));

        inside(() -> backend.apply(state, Change.everything("start")));
        inside(() -> before.retire(new Retirement(Duration.ZERO, ConfigDefaults.defaults())));
        assertThat(servers()).contains("-a -t 10.96.0.10:80 -r 10.244.2.6:8080");
        assertThat(run("iptables-legacy-save"))
                .doesNotContain("KUBE-SVC-", "KUBE-EXT-", "KUBE-EXTERNAL-SERVICES", "KUBE-IPT-");
        assertThat(run("ipset", "list", "-name")).doesNotContain("KUBE-IPT-");
        assertThat(audit().findings()).isEmpty();
        before.close();

        ProxyBackend after = startIptables();
        inside(() -> after.apply(state, Change.everything("start")));
        inside(() ->
                backend.retire(new Retirement(Duration.ofSeconds(20), ConfigDefaults.defaults())));
        assertThat(servers()).isEmpty();
        assertThat(run("ip", "-o", "link")).doesNotContain("kube-ipvs0");
        assertThat(run("iptables-legacy-save"))
                .contains("KUBE-SVC-")
                .doesNotContain(
                        "KUBE-IPVS-",
                        "KUBE-NODE-PORT ",
                        "KUBE-LOAD-BALANCER",
                        "KUBE-SOURCE-RANGES-FIREWALL");
        assertThat(run("ipset", "list", "-name")).doesNotContain("KUBE-CLUSTER-IP");
        List<Drift> found = new ArrayList<>();
        inside(() -> found.add(after.audit(state)));
        assertThat(found.getFirst().findings()).isEmpty();
        after.close();
    }
}
