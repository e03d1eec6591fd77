package dev.swivel.linux;

import dev.swivel.linux.exec.CommandException;
import dev.swivel.linux.netns.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/// Namespaces with names no other test run has.
public final class TestNamespaces {
    private static final AtomicInteger COUNT = new AtomicInteger();

    private TestNamespaces() {}

    public static NetworkNamespace create() throws CommandException {
        requireRoot();
        return NetworkNamespace.create(
                "swivel-linux-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet());
    }

    public static void requireRoot() {
        try {
            if ((int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") != 0) {
                throw new AssertionError("this test talks to the kernel: run it as root");
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
