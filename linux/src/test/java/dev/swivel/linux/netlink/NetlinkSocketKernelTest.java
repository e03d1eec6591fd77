package dev.swivel.linux.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.swivel.linux.TestNamespaces;
import dev.swivel.linux.exec.Command;
import dev.swivel.linux.libc.Errno;
import dev.swivel.linux.netns.NetworkNamespace;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NetlinkSocketKernelTest {
    private static final int RTM_NEWADDR = 20;
    private static final int RTM_GETADDR = 22;
    private static final int IFADDRMSG_BYTES = 8;
    private static final int IFA_LOCAL = 2;
    private static final int LOOPBACK_INDEX = 1;

    private NetworkNamespace namespace;
    private NetlinkSocket socket;

    @BeforeEach
    void create() throws IOException {
        namespace = TestNamespaces.create();
        socket = namespace.call(() -> NetlinkSocket.open(Netlink.NETLINK_ROUTE));
    }

    @AfterEach
    void remove() {
        socket.close();
        namespace.close();
    }

    private static NetlinkMessage newAddress(String address, int prefix) {
        int flags = Netlink.NLM_F_CREATE | Netlink.NLM_F_EXCL;
        return new NetlinkMessage("add " + address, RTM_NEWADDR, flags)
                .header(2, prefix, 0, 0)
                .headerInt(LOOPBACK_INDEX)
                .address(IFA_LOCAL, InetAddress.ofLiteral(address));
    }

    private static NetlinkMessage getAddresses() {
        return new NetlinkMessage("addresses", RTM_GETADDR, 0).header(2, 0, 0, 0).headerInt(0);
    }

    private List<String> addresses() throws IOException {
        return socket.dump(
                getAddresses(),
                r -> r.attributes(IFADDRMSG_BYTES).address(IFA_LOCAL).getHostAddress());
    }

    @Test
    void anAcknowledgedRequestIsDone() throws IOException {
        assertThat(socket.request(newAddress("10.9.8.7", 32))).isEmpty();
        String shown = Command.of("ip", "-n", namespace.name(), "-4", "addr").run().text();
        assertThat(shown).contains("inet 10.9.8.7/32");
        assertThat(addresses()).containsExactly("10.9.8.7");
    }

    @Test
    void aRefusalCarriesWhatTheKernelSaid() throws IOException {
        var e =
                catchThrowableOfType(
                        NetlinkException.class, () -> socket.request(newAddress("10.9.8.7", 33)));
        assertThat(e.errno()).isEqualTo(Errno.EINVAL);
        assertThat(e.errnoName()).isEqualTo("EINVAL");
        assertThat(e.explanation()).isNotEmpty();
        assertThat(e).hasMessage("add 10.9.8.7: EINVAL (invalid argument): " + e.explanation());
        assertThat(addresses()).isEmpty();
    }

    @Test
    void aRefusalNamesTheAttribute() throws IOException {
        NetlinkMessage bad =
                new NetlinkMessage("bad", RTM_NEWADDR, Netlink.NLM_F_CREATE)
                        .header(2, 32, 0, 0)
                        .headerInt(LOOPBACK_INDEX)
                        .bytes(IFA_LOCAL, new byte[] {1});
        var e = catchThrowableOfType(NetlinkException.class, () -> socket.request(bad));
        assertThat(e.attribute()).isEqualTo("2");
        assertThat(e).hasMessageContaining("(attribute 2 of the request)");
    }

    @Test
    void aBatchDoesWhatItCanAndReportsTheRest() throws IOException {
        List<NetlinkMessage> requests = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            int prefix = i % 1000 == 7 ? 33 : 32;
            requests.add(newAddress("10.1." + i / 256 + "." + i % 256, prefix));
        }
        var refusals = socket.batch(requests);
        assertThat(refusals)
                .extracting(NetlinkSocket.Refusal::index)
                .containsExactly(7, 1007, 2007, 3007, 4007);
        assertThat(refusals.getFirst().error()).hasMessageStartingWith("add 10.1.0.7: EINVAL");
        assertThat(addresses()).hasSize(5000 - 5).doesNotHaveDuplicates();
        assertThat(socket.batch(requests)).as("all are there").hasSize(5000);
        assertThat(socket.batch(List.of())).isEmpty();
    }

    @Test
    void anAbandonedDumpDoesNotSpoilTheNextRequest() throws IOException {
        List<NetlinkMessage> requests = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            requests.add(newAddress("10.1." + i / 256 + "." + i % 256, 32));
        }
        assertThat(socket.batch(requests)).isEmpty();
        assertThatThrownBy(() ->
                        socket.dump(
                                getAddresses(),
                                _ -> {
                                    throw new IllegalStateException("enough");
                                }))
                .hasMessage("enough");
        assertThat(addresses()).hasSize(3000);
    }

    @Test
    void aClosedSocketSaysSo() {
        socket.close();
        socket.close();
        assertThatThrownBy(this::addresses).hasMessage("netlink socket is closed");
    }
}
