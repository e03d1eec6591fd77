package dev.swivel.lab.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swivel.core.backend.ProxyBackend;
import dev.swivel.core.backend.Retirement;
import dev.swivel.core.config.ConfigDefaults;
import dev.swivel.core.model.Change;
import dev.swivel.core.model.ResolvedService;
import dev.swivel.iptables.IptablesBackend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The backend in a fresh namespace, read back with the standard tools.
class IpvsBackendChecks {
    private static final WebService EXTERNAL = WebService.web().withExternal();

    private IpvsNode node;

    @BeforeEach
    void create() throws Exception {
        node = new IpvsNode();
        node.start();
    }

    @AfterEach
    void remove() {
        node.close();
    }

    @Test
    void servesAndFollows() throws Exception {
        node.apply(EXTERNAL.servedBy("10.244.1.5", "10.244.2.6"), Change.everything("start"));
        assertThat(node.servers())
                .contains("-A -t 10.96.0.10:80 -s rr")
                .contains("-a -t 10.96.0.10:80 -r 10.244.2.6:8080 -m -w 1")
                .contains("-a -t 203.0.113.10:80 -r 10.244.1.5:8080 -m -w 1")
                .doesNotContain("-a -t 203.0.113.10:80 -r 10.244.2.6")
                .contains("-A -t 10.128.0.2:30080 -s rr")
                .containsPattern("-a -f \\d+ -r 10.244.2.6:8080 -m -w 1");
        assertThat(node.run("ip", "-o", "address", "show", "kube-ipvs0"))
                .contains("10.96.0.10/32", "203.0.113.10/32")
                .doesNotContain(IpvsNode.ADDRESS);
        assertThat(node.run("ipset", "list", "KUBE-CLUSTER-IP")).contains("10.96.0.10,tcp:80");
        assertThat(node.run("iptables-legacy-save", "-t", "nat"))
                .contains("-A KUBE-SERVICES -m set --match-set KUBE-CLUSTER-IP dst,dst");
        assertThat(node.audit().findings()).isEmpty();

        String rules = node.run("iptables-legacy-save", "-t", "nat");
        node.apply(WebService.web().servedBy());
        assertThat(node.servers())
                .contains("-A -t 10.96.0.10:80")
                .doesNotContain("203.0.113.10", "30080", "-f ");
        assertThat(node.audit().findings()).isEmpty();
        assertThat(bare(node.run("iptables-legacy-save", "-t", "nat"))).isEqualTo(bare(rules));
        assertThat(node.run("ipset", "list", "KUBE-IPVS-REJECT")).contains("10.96.0.10,tcp:80");
        // idle, so it is gone with the audit
        assertThat(node.servers()).doesNotContain("-a -t");
    }

    private static String bare(String saved) {
        return saved.replaceAll("(?m)^#.*$|\\[[0-9:]*\\]", "");
    }

    @Test
    void mendsWhatOthersChange() throws Exception {
        node.apply(EXTERNAL.servedBy("10.244.1.5", "10.244.2.6"), Change.everything("start"));
        String right = node.servers();
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
            node.run(fault.toArray(String[]::new));
            assertThat(node.audit().findings()).as("%s", fault).isNotEmpty();
            node.repair();
            assertThat(IpvsNode.sorted(node.servers()))
                    .as("%s", fault)
                    .isEqualTo(IpvsNode.sorted(right));
        }
    }

    @Test
    void leavesOthersAlone() throws Exception {
        node.run("ipvsadm", "-A", "-t", "192.0.2.1:80", "-s", "rr");
        node.run("ipvsadm", "-A", "-t", IpvsNode.ADDRESS + ":9999", "-s", "rr");
        node.run("ipvsadm", "-A", "-f", "7", "-s", "rr");
        node.apply(EXTERNAL.servedBy("10.244.1.5"), Change.everything("start"));
        node.repair();
        assertThat(node.servers()).contains("192.0.2.1:80", IpvsNode.ADDRESS + ":9999", "-A -f 7 ");
        node.inside(() -> node.backend().cleanup());
        assertThat(IpvsNode.sorted(node.servers()))
                .containsExactly(
                        "-A -f 7 -s rr",
                        "-A -t " + IpvsNode.ADDRESS + ":9999 -s rr",
                        "-A -t 192.0.2.1:80 -s rr");
    }

    @Test
    void cleanupLeavesNothing() throws Exception {
        node.apply(EXTERNAL.servedBy("10.244.1.5", "10.244.2.6"), Change.everything("start"));
        node.inside(() -> node.backend().cleanup());
        assertThat(node.servers()).isEmpty();
        assertThat(node.run("ip", "-o", "link")).doesNotContain("kube-ipvs0");
        assertThat(node.run("ipset", "list", "-name")).isEmpty();
        for (String table : List.of("nat", "filter", "mangle")) {
            assertThat(node.run("iptables-legacy-save", "-t", table))
                    .doesNotContain("KUBE-IPVS", "KUBE-SERVICES", "KUBE-NODE", "KUBE-LOAD");
        }
    }

    @Test
    void aRestartFindsWhatDrainsAndWhatNobodyNeeds() throws Exception {
        node.apply(EXTERNAL.servedBy("10.244.1.5", "10.244.2.6"), Change.everything("start"));
        node.run("ipvsadm", "-a", "-t", "10.96.0.10:80", "-r", "10.244.9.9:8080", "-m", "-w", "0");
        node.run("ip", "address", "add", "10.96.0.99/32", "dev", "kube-ipvs0");
        node.run("ipvsadm", "-A", "-t", "10.96.0.99:80", "-s", "rr");
        node.run("ipset", "add", "KUBE-NODE-PORT-TCP", "30099");
        node.run("ipvsadm", "-A", "-t", IpvsNode.ADDRESS + ":30099", "-s", "rr");

        node.restart();
        node.repair();

        assertThat(node.servers()).doesNotContain("10.96.0.99", "30099", "10.244.9.9");
        assertThat(node.run("ip", "-o", "address", "show", "kube-ipvs0"))
                .doesNotContain("10.96.0.99");
        assertThat(node.run("ipset", "list", "KUBE-NODE-PORT-TCP")).doesNotContain("30099");
    }

    @Test
    void aSetWithAnotherTypeIsReplaced() throws Exception {
        node.run("ipset", "create", "KUBE-CLUSTER-IP", "hash:net");
        node.apply(WebService.web().servedBy("10.244.1.5"), Change.everything("start"));
        assertThat(node.run("ipset", "list", "KUBE-CLUSTER-IP")).contains("hash:ip,port");
    }

    private ProxyBackend startIptables() {
        ProxyBackend iptables = new IptablesBackend();
        node.inside(() -> iptables.start(node.context()));
        return iptables;
    }

    @Test
    void takesOverFromModeIptablesAndGivesBack() throws Exception {
        ProxyBackend before = startIptables();
        ResolvedService web = EXTERNAL.servedBy("10.244.1.5", "10.244.2.6");
        node.take(web);
        node.inside(() -> before.apply(node.state(), Change.everything("start")));

        node.inside(() -> node.backend().apply(node.state(), Change.everything("start")));
        node.inside(() -> before.retire(new Retirement(Duration.ZERO, ConfigDefaults.defaults())));
        assertThat(node.servers()).contains("-a -t 10.96.0.10:80 -r 10.244.2.6:8080");
        assertThat(node.run("iptables-legacy-save"))
                .doesNotContain("KUBE-SVC-", "KUBE-EXT-", "KUBE-EXTERNAL-SERVICES", "KUBE-IPT-");
        assertThat(node.run("ipset", "list", "-name")).doesNotContain("KUBE-IPT-");
        assertThat(node.audit().findings()).isEmpty();
        before.close();

        ProxyBackend after = startIptables();
        node.inside(() -> after.apply(node.state(), Change.everything("start")));
        Retirement how = new Retirement(Duration.ofSeconds(20), ConfigDefaults.defaults());
        node.inside(() -> node.backend().retire(how));
        assertThat(node.servers()).isEmpty();
        assertThat(node.run("ip", "-o", "link")).doesNotContain("kube-ipvs0");
        assertThat(node.run("iptables-legacy-save"))
                .contains("KUBE-SVC-")
                .doesNotContain(
                        "KUBE-IPVS-",
                        "KUBE-NODE-PORT ",
                        "KUBE-LOAD-BALANCER",
                        "KUBE-SOURCE-RANGES-FIREWALL");
        assertThat(node.run("ipset", "list", "-name")).doesNotContain("KUBE-CLUSTER-IP");
        assertThat(node.inside(() -> after.audit(node.state())).findings()).isEmpty();
        after.close();
    }

    /// The text that is printed, taken by the standard tools, is what a sync would make; a plan
    /// tells one from the other.
    @Test
    void isInspected() throws Exception {
        node.take(EXTERNAL.servedBy("10.244.1.5", "10.244.2.6"));
        assertThat(planned()).anyMatch(line -> line.startsWith("ADD ipvs"));
        String script = node.backend().inspection().render(node.context(), node.state()).script();
        assertThat(script)
                .contains("address add 10.96.0.10/32 dev kube-ipvs0")
                .contains("-A -t 10.96.0.10:80 -s rr");

        node.applyAll();
        assertThat(planned()).isEmpty();
        assertThat(script.lines().filter(line -> line.matches("-[Aa] -[tf] .*")))
                .containsExactlyInAnyOrderElementsOf(node.servers().lines().toList());

        node.run("ipvsadm", "-d", "-t", "10.96.0.10:80", "-r", "10.244.2.6:8080");
        node.run("ip", "address", "add", "10.96.0.99/32", "dev", "kube-ipvs0");
        assertThat(planned())
                .containsExactlyInAnyOrder(
                        "CHANGE ipvs TCP 10.96.0.10:80 [] [-a -t 10.96.0.10:80 -r 10.244.2.6:8080 -m -w 1]",
                        "CHANGE link kube-ipvs0 [10.96.0.99] []");

        assertThat(leftovers()).contains("link kube-ipvs0").anyMatch(l -> l.startsWith("ipvs "));
        node.inside(() -> node.backend().cleanup());
        assertThat(leftovers()).isEmpty();
    }

    /// As kube-proxy's mode ipvs leaves it: its chains are written anew, ours stand beside them.
    @Test
    void tidiesUpAfterKubeProxyTookOver() throws Exception {
        node.apply(EXTERNAL.servedBy("10.244.1.5", "10.244.2.6"), Change.everything("start"));
        node.inside(() -> assertThat(node.backend().inspection().unused()).isEmpty());
        node.run("iptables-legacy", "-w", "-F", "KUBE-IPVS-FILTER");
        node.inside(() -> assertThat(node.backend().inspection().unused()).isNotEmpty());
        String byAddress =
                node.servers().lines().filter(line -> line.contains(" -t ")).sorted().toList() + "";
        node.inside(() -> node.backend().tidy());
        assertThat(node.servers().lines().sorted().toList() + "").isEqualTo(byAddress);
        assertThat(node.run("iptables-legacy-save", "-t", "mangle")).doesNotContain("KUBE-IPVS");
        assertThat(node.run("ipset", "list", "-name"))
                .contains("KUBE-CLUSTER-IP")
                .doesNotContain("KUBE-IPVS-MARK", "KUBE-IPVS-DROP");
        node.inside(() -> assertThat(node.backend().inspection().unused()).isEmpty());
    }

    private List<String> planned() {
        List<String> lines = new ArrayList<>();
        node.inside(() ->
                node.backend()
                        .inspection()
                        .plan(node.context(), node.state())
                        .forEach(part ->
                                lines.add(
                                        part.action()
                                                + " "
                                                + part.where()
                                                + " "
                                                + part.name()
                                                + " "
                                                + part.removed()
                                                + " "
                                                + part.added())));
        return lines;
    }

    private List<String> leftovers() {
        List<String> lines = new ArrayList<>();
        node.inside(() ->
                node.backend()
                        .inspection()
                        .leftovers()
                        .forEach(part -> lines.add(part.where() + " " + part.name())));
        return lines;
    }
}
