package dev.swivel.lab.cluster;

import dev.swivel.linux.netns.NamespaceThread;
import java.io.IOException;
import java.net.NetworkInterface;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// Waits for devices to carry packets. The kernel starts their queues some time after `ip link set
/// up`, on a work queue, and drops without a word what is sent before.
final class Links {
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofMillis(2);

    private Links() {}

    static void awaitRunning(NamespaceThread namespace, String device) throws IOException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!namespace.call(() -> isRunning(device))) {
            if (System.nanoTime() > deadline) {
                throw new IOException(device + " has no carrier after " + LIMIT);
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    /// The JDK's up means IFF_UP and IFF_RUNNING, netdevice(7).
    private static boolean isRunning(String device) throws IOException {
        var found = NetworkInterface.getByName(device);
        return found != null && found.isUp();
    }
}
