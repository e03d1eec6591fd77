package dev.swivel.iptables;

import dev.swivel.linux.exec.Command;
import dev.swivel.linux.netns.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/// A network namespace of a name that no other test run has.
final class TestNamespace {
    private static final AtomicInteger COUNT = new AtomicInteger();

    private TestNamespace() {}

    static NetworkNamespace create() throws IOException {
        if ((int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") != 0) {
            throw new AssertionError("this test talks to the kernel: run it as root");
        }
        NetworkNamespace namespace =
                NetworkNamespace.create(
                        "swivel-ipt-"
                                + ProcessHandle.current().pid()
                                + "-"
                                + COUNT.incrementAndGet());
        namespace.run(() -> Command.of("ip", "link", "set", "lo", "up").run());
        return namespace;
    }
}
