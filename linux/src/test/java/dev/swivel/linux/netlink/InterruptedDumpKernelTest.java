package dev.swivel.linux.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.swivel.linux.TestNamespaces;
import dev.swivel.linux.libc.Errno;
import dev.swivel.linux.libc.Libc;
import dev.swivel.linux.netns.NetworkNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What may go wrong under way, made to happen: changes during a dump, and more notifications than
/// the receive buffer holds.
class InterruptedDumpKernelTest {
    private static final int RTM_NEWADDR = 20;
    private static final int RTM_DELADDR = 21;
    private static final int RTM_GETADDR = 22;
    private static final int IFADDRMSG_BYTES = 8;
    private static final int IFA_LOCAL = 2;
    private static final int LOOPBACK_INDEX = 1;
    private static final int IPV4_ADDRESS_GROUP = 5;
    private static final int ADDRESSES = 2000;

    private NetworkNamespace namespace;
    private NetlinkSocket reader;
    private NetlinkSocket writer;

    @BeforeEach
    void create() throws IOException {
        namespace = TestNamespaces.create();
        reader = namespace.call(() -> NetlinkSocket.open(Netlink.NETLINK_ROUTE));
        writer = namespace.call(() -> NetlinkSocket.open(Netlink.NETLINK_ROUTE));
    }

    @AfterEach
    void remove() {
        reader.close();
        writer.close();
        namespace.close();
    }

    private static NetlinkMessage address(int command, int i) {
        byte[] bytes = {10, (byte) (i >> 16), (byte) (i >> 8), (byte) i};
        int flags = command == RTM_NEWADDR ? Netlink.NLM_F_CREATE | Netlink.NLM_F_EXCL : 0;
        return new NetlinkMessage("address " + i, command, flags)
                .header(2, 32, 0, 0)
                .headerInt(LOOPBACK_INDEX)
                .bytes(IFA_LOCAL, bytes);
    }

    private void fill() throws IOException {
        List<NetlinkMessage> requests = new ArrayList<>();
        for (int i = 0; i < ADDRESSES; i++) {
            requests.add(address(RTM_NEWADDR, i));
        }
        assertThat(writer.batch(requests)).isEmpty();
    }

    private void change(int i) {
        try {
            assertThat(writer.request(address(RTM_NEWADDR, i))).isEmpty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static NetlinkMessage getAddresses() {
        return new NetlinkMessage("addresses", RTM_GETADDR, 0).header(2, 0, 0, 0).headerInt(0);
    }

    private static InetAddress decode(NetlinkReply reply) {
        return reply.attributes(IFADDRMSG_BYTES).address(IFA_LOCAL);
    }

    @Test
    void aDumpThatWasDisturbedIsDoneAgain() throws IOException {
        fill();
        AtomicInteger decoded = new AtomicInteger();
        List<InetAddress> found =
                reader.dump(
                        getAddresses(),
                        reply -> {
                            if (decoded.incrementAndGet() == 1) {
                                change(ADDRESSES + 1);
                            }
                            return decode(reply);
                        });
        assertThat(found).hasSize(ADDRESSES + 1).doesNotHaveDuplicates();
        assertThat(decoded.get()).as("entries of both passes").isGreaterThan(ADDRESSES + 1);
    }

    @Test
    void aDumpThatIsDisturbedEachTimeFails() throws IOException {
        fill();
        AtomicInteger changes = new AtomicInteger();
        AtomicInteger decoded = new AtomicInteger();
        InetAddress first = reader.dump(getAddresses(), reply -> decode(reply)).getFirst();
        var e =
                catchThrowableOfType(
                        NetlinkException.class,
                        () ->
                                reader.dump(
                                        getAddresses(),
                                        reply -> {
                                            decoded.incrementAndGet();
                                            if (decode(reply).equals(first)) {
                                                change(ADDRESSES + changes.incrementAndGet());
                                            }
                                            return reply;
                                        }));
        assertThat(e.errno()).isEqualTo(Errno.EINTR);
        assertThat(e).hasMessageContaining("changed during each of 10 dumps");
        assertThat(changes.get()).isEqualTo(10);
        assertThat(reader.dump(getAddresses(), reply -> decode(reply))).hasSize(ADDRESSES + 10);
    }

    @Test
    void lostNotificationsAreNotSilent() throws IOException {
        int wake = Libc.eventfd();
        try (NetlinkSocket listener =
                namespace.call(
                        () -> NetlinkSocket.open(Netlink.NETLINK_ROUTE, IPV4_ADDRESS_GROUP))) {
            List<NetlinkMessage> pairs = new ArrayList<>();
            for (int i = 0; i < 20_000; i++) {
                pairs.add(address(RTM_NEWADDR, 1));
                pairs.add(address(RTM_DELADDR, 1));
            }
            assertThat(writer.batch(pairs)).isEmpty();
            assertThatThrownBy(() -> listener.receive(Duration.ofSeconds(10), wake))
                    .isInstanceOf(AnswersLostException.class);
            assertThat(listener.receive(Duration.ofSeconds(10), wake))
                    .as("what was kept")
                    .isNotEmpty();
            Libc.signal(wake);
            assertThat(listener.receive(Duration.ofSeconds(10), wake)).isEmpty();
        } finally {
            Libc.close(wake);
        }
    }
}
