package dev.swivel.linux.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swivel.linux.IpFamily;
import dev.swivel.linux.TestNamespaces;
import dev.swivel.linux.exec.Command;
import dev.swivel.linux.netns.NamespaceThread;
import dev.swivel.linux.netns.NetworkNamespace;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InterfaceAddressesKernelTest {
    private NetworkNamespace namespace;
    private NamespaceThread inside;

    @BeforeEach
    void create() throws IOException {
        namespace = TestNamespaces.create();
        inside = namespace.thread();
    }

    @AfterEach
    void remove() {
        inside.close();
        namespace.close();
    }

    private void ip(String command) throws IOException {
        var _ = Command.of(("ip -n " + namespace.name() + " " + command).split(" ")).run();
    }

    private static InetAddress address(String text) {
        return InetAddress.ofLiteral(text);
    }

    @Test
    void listsBothFamilies() throws IOException {
        assertThat(inside.call(() -> InterfaceAddresses.list())).isEmpty();
        ip("link set lo up");
        ip("link add sw0 type veth peer name sw1");
        ip("addr add 10.1.2.3/24 dev sw0");
        ip("addr add 10.1.2.4/24 dev sw0");
        ip("addr add 10.9.9.9 peer 10.8.8.8/32 dev sw1");
        ip("addr add fd00::3/64 dev sw0 nodad");
        List<InterfaceAddress> all = inside.call(() -> InterfaceAddresses.list());
        int sw0 = index("sw0");
        assertThat(all)
                .extracting(a -> a.interfaceName() + " " + a.address().getHostAddress())
                .containsExactlyInAnyOrder(
                        "lo 127.0.0.1",
                        "lo 0:0:0:0:0:0:0:1",
                        "sw0 10.1.2.3",
                        "sw0 10.1.2.4",
                        "sw1 10.9.9.9",
                        "sw0 fd00:0:0:0:0:0:0:3");
        InterfaceAddress second = one(all, address("10.1.2.4"));
        assertThat(second.interfaceIndex()).isEqualTo(sw0);
        assertThat(second.prefix()).isEqualTo(24);
        assertThat(second.isGlobal()).isTrue();
        assertThat(second.isSecondary()).isTrue();
        assertThat(one(all, address("10.1.2.3")).isSecondary()).isFalse();
        assertThat(one(all, address("127.0.0.1")).isHostOnly()).isTrue();
        assertThat(one(all, address("fd00::3")).isTentative()).isFalse();
        assertThat(one(all, address("fd00::3")).prefix()).isEqualTo(64);
        assertThat(inside.call(() -> InterfaceAddresses.list(IpFamily.IPV6)))
                .hasSize(2)
                .allMatch(a -> a.family() == IpFamily.IPV6);
    }

    private int index(String name) throws IOException {
        String line =
                Command.of("ip", "-n", namespace.name(), "-o", "link", "show", name).run().text();
        return Integer.parseInt(line.substring(0, line.indexOf(':')));
    }

    private static InterfaceAddress one(List<InterfaceAddress> all, InetAddress address) {
        return all.stream().filter(a -> a.address().equals(address)).findFirst().orElseThrow();
    }

    @Test
    void wordOfEveryChange() throws Exception {
        Semaphore calls = new Semaphore(0);
        ip("link set lo up");
        AddressWatcher watcher = inside.call(() -> AddressWatcher.start(calls::release));
        try (watcher) {
            for (String change :
                    new String[] {
                        "addr add 10.1.2.3/24 dev lo",
                        "addr add fd00::3/64 dev lo",
                        "addr del 10.1.2.3/24 dev lo",
                        "addr del fd00::3/64 dev lo"
                    }) {
                ip(change);
                assertThat(calls.tryAcquire(10, TimeUnit.SECONDS)).as(change).isTrue();
            }
        }
        int afterClose = calls.drainPermits();
        ip("addr add 10.1.2.3/24 dev lo");
        assertThat(calls.availablePermits()).isZero();
        assertThat(afterClose).isLessThan(10);
        watcher.close();
    }

    @Test
    void noWordOfAnInterfaceThatIsNobodysConcern() throws Exception {
        Semaphore calls = new Semaphore(0);
        AddressWatcher watcher = inside.call(() -> AddressWatcher.start("quiet0", calls::release));
        try (watcher) {
            ip("link add quiet0 type bridge");
            ip("addr add 10.1.2.3/24 dev quiet0");
            ip("addr add 10.1.2.4/24 dev quiet0");
            ip("addr add 10.1.2.5/24 dev lo");
            assertThat(calls.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
            assertThat(calls.availablePermits()).isZero();
        }
    }

    @Test
    void aCallbackThatThrowsIsCalledAgain() throws Exception {
        Semaphore calls = new Semaphore(0);
        AddressWatcher watcher =
                inside.call(() ->
                        AddressWatcher.start(() -> {
                            calls.release();
                            throw new IllegalStateException("on purpose");
                        }));
        try (watcher) {
            ip("addr add 10.1.2.3/24 dev lo");
            assertThat(calls.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
            ip("addr add 10.1.2.4/24 dev lo");
            assertThat(calls.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
        }
    }
}
