package dev.swivel.lab.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swivel.lab.traffic.Load;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Swivel starts on a node that kube-proxy in iptables mode served until now.
class TakeoverTest {
    /// kube-proxy's rules for the Service of [ServedCluster], and a foreign chain beside them.
    static final String KUBE_PROXY =
            """
            *filter
            :KUBE-SERVICES - [0:0]
            :KUBE-EXTERNAL-SERVICES - [0:0]
            :KUBE-FORWARD - [0:0]
            :KUBE-PROXY-CANARY - [0:0]
            :FOREIGN - [0:0]
            -A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD
            -A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
            -A OUTPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
            -A INPUT -p tcp -m tcp --dport 9 -j FOREIGN
            -A FOREIGN -j DROP
            -A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP
            -A KUBE-FORWARD -m comment --comment "kubernetes forwarding rules" -m mark --mark 0x4000/0x4000 -j ACCEPT
            COMMIT
            *nat
            :KUBE-SERVICES - [0:0]
            :KUBE-NODEPORTS - [0:0]
            :KUBE-POSTROUTING - [0:0]
            :KUBE-MARK-MASQ - [0:0]
            :KUBE-PROXY-CANARY - [0:0]
            :KUBE-SVC-CDGGSHYLG3RE2FKL - [0:0]
            :KUBE-SEP-AAAAAAAAAAAAAAAA - [0:0]
            :KUBE-SEP-BBBBBBBBBBBBBBBB - [0:0]
            -A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
            -A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
            -A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING
            -A KUBE-MARK-MASQ -j MARK --or-mark 0x4000
            -A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN
            -A KUBE-POSTROUTING -j MARK --xor-mark 0x4000
            -A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE
            -A KUBE-SERVICES -d 10.96.0.10/32 -p tcp -m comment --comment "default/web:http cluster IP" -m tcp --dport 80 -j KUBE-SVC-CDGGSHYLG3RE2FKL
            -A KUBE-SERVICES -m comment --comment "kubernetes service nodeports; NOTE: this must be the last rule in this chain" -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
            -A KUBE-SVC-CDGGSHYLG3RE2FKL -m statistic --mode random --probability 0.5000000000 -j KUBE-SEP-AAAAAAAAAAAAAAAA
            -A KUBE-SVC-CDGGSHYLG3RE2FKL -j KUBE-SEP-BBBBBBBBBBBBBBBB
            -A KUBE-SEP-AAAAAAAAAAAAAAAA -s 192.168.1.12/32 -j KUBE-MARK-MASQ
            -A KUBE-SEP-AAAAAAAAAAAAAAAA -p tcp -m tcp -j DNAT --to-destination 192.168.1.12:8080
            -A KUBE-SEP-BBBBBBBBBBBBBBBB -s 192.168.1.13/32 -j KUBE-MARK-MASQ
            -A KUBE-SEP-BBBBBBBBBBBBBBBB -p tcp -m tcp -j DNAT --to-destination 192.168.1.13:8080
            COMMIT
            """;

    @TempDir Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"nft", "legacy"})
    void takesOverFromKubeProxyWithoutAGap(String flavour) throws Exception {
        try (ServedCluster served = new ServedCluster(directory, flavour)) {
            served.node()
                    .command(List.of("iptables-" + flavour + "-restore", "-w", "--noflush"))
                    .withInput(KUBE_PROXY.getBytes(StandardCharsets.UTF_8))
                    .run();
            try (Load fresh = Load.ofNewConnections(served.web(), 2, Duration.ofMillis(1));
                    Load kept = Load.ofKeptConnections(served.web(), 4, Duration.ofMillis(5))) {
                served.startSwivel();
                await().atMost(Duration.ofSeconds(60)).until(() -> served.syncs() >= 1);
                int soFar = fresh.soFar().total();
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> fresh.soFar().total() > soFar + 500);

                assertThat(fresh.stop().failures())
                        .as("new connections; log:%n%s", served.logText())
                        .isEmpty();
                assertThat(fresh.soFar().distribution().perPod())
                        .containsOnlyKeys("web-1", "web-2");
                assertThat(kept.stop().failures()).as("kept connections").isEmpty();
            }
            String nat = served.node().exec("iptables-" + flavour + "-save", "-t", "nat").text();
            assertThat(nat)
                    .as("chains that only kube-proxy needs")
                    .doesNotContain("KUBE-SEP-AAAA", "KUBE-SEP-BBBB");
            assertThat(
                            nat.lines()
                                    .filter(line ->
                                            line.startsWith("-A PREROUTING")
                                                    && line.endsWith("KUBE-SERVICES")))
                    .hasSize(1);
            assertThat(served.node().exec("iptables-" + flavour + "-save", "-t", "filter").text())
                    .as("what others made stays")
                    .contains("-A FOREIGN -j DROP", "--dport 9 -j FOREIGN");
        }
    }
}
