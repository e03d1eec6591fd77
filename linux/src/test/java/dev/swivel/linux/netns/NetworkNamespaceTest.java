package dev.swivel.linux.netns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.swivel.linux.TestNamespaces;
import dev.swivel.linux.exec.Command;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NetworkNamespaceTest {
    private static final Path FORWARD = Path.of("/proc/sys/net/ipv4/conf/default/forwarding");

    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private NetworkNamespace namespace;

    @BeforeEach
    void create() throws IOException {
        namespace = TestNamespaces.create();
    }

    @AfterEach
    void remove() {
        namespace.close();
    }

    private static String ownNamespace() throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/thread-self/ns/net")).toString();
    }

    @Test
    void onlyTheTaskIsInTheNamespace() throws IOException {
        String outside = ownNamespace();
        String inside = namespace.call(NetworkNamespaceTest::ownNamespace);
        assertThat(inside).isNotEqualTo(outside);
        assertThat(ownNamespace()).isEqualTo(outside);
    }

    @Test
    void startedProcessesBelongToTheNamespace() throws IOException {
        String inside = namespace.call(NetworkNamespaceTest::ownNamespace);
        String child =
                namespace.call(
                        () -> Command.of("readlink", "/proc/self/ns/net").run().text().strip());
        assertThat(child).isEqualTo(inside);
    }

    @Test
    void socketsBelongToTheNamespace() throws IOException {
        Command.of("ip", "-n", namespace.name(), "link", "set", "lo", "up").run();
        try (ServerSocket server = namespace.call(() -> new ServerSocket(0, 1, LOOPBACK))) {
            int port = server.getLocalPort();
            namespace.run(() -> new Socket(LOOPBACK, port).close());
            assertThatThrownBy(() -> new Socket(LOOPBACK, port).close())
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void sysctlsBelongToTheNamespace() throws IOException {
        String before = Files.readString(FORWARD);
        String other = before.startsWith("0") ? "1" : "0";
        String inside =
                namespace.call(() -> {
                    Files.writeString(FORWARD, other);
                    return Files.readString(FORWARD).strip();
                });
        assertThat(inside).isEqualTo(other);
        assertThat(Files.readString(FORWARD)).isEqualTo(before);
    }

    @Test
    void theCallerGetsTheTasksOwnException() {
        IOException thrown = new IOException("from inside");
        assertThatThrownBy(() ->
                        namespace.run(() -> {
                            throw thrown;
                        }))
                .isSameAs(thrown);
    }

    @Test
    void anInterruptReachesTheTask() throws Exception {
        var started = new CompletableFuture<Boolean>();
        var seen = new CompletableFuture<Boolean>();
        Thread caller =
                Thread.ofPlatform()
                        .start(() ->
                                namespace.run(() -> {
                                    started.complete(true);
                                    try {
                                        Thread.sleep(60_000);
                                    } catch (InterruptedException e) {
                                        seen.complete(true);
                                    }
                                }));
        assertThat(started.get(10, TimeUnit.SECONDS)).isTrue();
        caller.interrupt();
        assertThat(seen.get(10, TimeUnit.SECONDS)).isTrue();
        caller.join();
    }

    @Test
    void aNamespaceIsOpenedByName() throws IOException {
        String inside = namespace.call(NetworkNamespaceTest::ownNamespace);
        try (NetworkNamespace same = NetworkNamespace.open(namespace.name())) {
            assertThat(same.call(NetworkNamespaceTest::ownNamespace)).isEqualTo(inside);
        }
        assertThat(namespace.path()).exists();
    }

    @Test
    void closingRemovesTheName() {
        namespace.close();
        assertThat(namespace.path()).doesNotExist();
        assertThatThrownBy(() -> NetworkNamespace.open(namespace.name()))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("no such network namespace");
        assertThatThrownBy(() -> namespace.call(() -> 1))
                .hasMessageContaining("cannot enter network namespace " + namespace.name());
        assertThatThrownBy(() -> namespace.thread())
                .hasMessageContaining("cannot enter network namespace " + namespace.name());
    }

    @Test
    void namesThatAreNotNamesAreRefused() {
        assertThatThrownBy(() -> NetworkNamespace.create("../x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'../x'");
    }

    @Test
    void aNamespaceThreadServesManyCallsAndNestedOnes() throws IOException {
        String inside = namespace.call(NetworkNamespaceTest::ownNamespace);
        NamespaceThread thread = namespace.thread();
        try (thread) {
            for (int i = 0; i < 1000; i++) {
                int n = i;
                assertThat(thread.call(() -> thread.call(() -> n))).isEqualTo(n);
            }
            assertThat(thread.call(NetworkNamespaceTest::ownNamespace)).isEqualTo(inside);
            IOException thrown = new IOException("from inside");
            assertThatThrownBy(() ->
                            thread.run(() -> {
                                throw thrown;
                            }))
                    .isSameAs(thrown);
        }
        assertThatThrownBy(() -> thread.call(() -> 1))
                .isInstanceOf(RejectedExecutionException.class);
    }
}
