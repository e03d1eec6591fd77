package dev.swivel.linux.nftables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.swivel.linux.IpFamily;
import dev.swivel.linux.exec.Command;
import dev.swivel.linux.netlink.NetlinkException;
import dev.swivel.linux.netns.NetworkNamespace;
import org.junit.jupiter.api.Test;

class NftTablesKernelTest {
    @Test
    void findsTablesAndDeletesOneWithAllThatIsInIt() throws Exception {
        NetworkNamespace.<String, Exception>callInNew(() -> {
            Command.of("nft", "add table ip kube-proxy; add table ip6 kube-proxy; add table inet x")
                    .run();
            Command.of(
                            "nft",
                            "add chain ip kube-proxy a; add chain ip kube-proxy b; add rule ip kube-proxy a jump b")
                    .run();
            NftTable v4 = new NftTable(IpFamily.IPV4, "kube-proxy");
            NftTable v6 = new NftTable(IpFamily.IPV6, "kube-proxy");
            assertThat(NftTables.list()).containsExactly(v4, v6);

            NftTables.delete(v4);
            assertThat(NftTables.list()).containsExactly(v6);
            assertThat(Command.of("nft", "list", "tables").run().text().lines())
                    .containsExactlyInAnyOrder("table ip6 kube-proxy", "table inet x");
            assertThatThrownBy(() -> NftTables.delete(v4))
                    .isInstanceOf(NetlinkException.class)
                    .hasMessageContaining("ip kube-proxy");
            return "";
        });
    }
}
