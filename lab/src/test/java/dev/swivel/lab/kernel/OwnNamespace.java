package dev.swivel.lab.kernel;

import dev.swivel.linux.exec.Command;
import dev.swivel.linux.netns.NetworkNamespace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// A network namespace that no other test has. Its loopback is up: without a local routing table
/// the kernel takes no IPv4 address for a real server's.
record OwnNamespace(NetworkNamespace namespace) implements AutoCloseable {
    private static final AtomicInteger COUNT = new AtomicInteger();

    static OwnNamespace create() throws IOException {
        String name =
                "swivel-checks-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();
        OwnNamespace namespace = new OwnNamespace(NetworkNamespace.create(name));
        try {
            var _ = namespace.run("ip", "link", "set", "lo", "up");
            return namespace;
        } catch (IOException e) {
            namespace.close();
            throw e;
        }
    }

    /// What a program prints that runs inside.
    String run(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(arguments));
        return namespace.call(() -> Command.of(command).run().text());
    }

    @Override
    public void close() {
        namespace.close();
    }
}
