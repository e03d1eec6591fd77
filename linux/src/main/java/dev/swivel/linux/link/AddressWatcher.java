package dev.swivel.linux.link;

import dev.swivel.linux.libc.Libc;
import dev.swivel.linux.netlink.AnswersLostException;
import dev.swivel.linux.netlink.Netlink;
import dev.swivel.linux.netlink.NetlinkReply;
import dev.swivel.linux.netlink.NetlinkSocket;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Calls back when an address came to, changed on, or went from an interface of the network
/// namespace that the starting thread is in. The callback looks for itself: several changes may
/// come as one call, and a call may come for a change that is undone by then. No change after
/// [#start] returned goes unnoticed.
public final class AddressWatcher implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(AddressWatcher.class);

    // enum rtnetlink_groups
    private static final int IPV4_ADDRESSES = 5;
    private static final int IPV6_ADDRESSES = 9;

    /// Of the interface's number in struct ifaddrmsg (linux/if_addr.h).
    private static final int INDEX_OFFSET = 4;

    private static final Duration LOOK = Duration.ofMinutes(5);
    private static final long PAUSE_AFTER_ERROR_SECONDS = 1;

    private final NetlinkSocket socket;
    private final int wake;
    private final String ignored;
    private final Runnable onChange;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final AtomicBoolean closing = new AtomicBoolean();
    private final Thread thread;

    /// The interface that is ignored, as far as known.
    private int ignoredIndex;

    private AddressWatcher(NetlinkSocket socket, int wake, String ignored, Runnable onChange) {
        this.ignored = ignored;
        this.socket = socket;
        this.wake = wake;
        this.onChange = onChange;
        this.thread = Thread.ofPlatform().name("address-watcher").daemon().unstarted(this::watch);
    }

    /// Starts a thread that watches.
    ///
    /// @param onChange runs on the watcher's own thread; what it throws is logged
    public static AddressWatcher start(Runnable onChange) throws IOException {
        return start("", onChange);
    }

    /// Starts a thread that watches.
    ///
    /// @param ignored the name of an interface whose addresses are nobody's concern; empty for none
    /// @param onChange runs on the watcher's own thread; what it throws is logged
    public static AddressWatcher start(String ignored, Runnable onChange) throws IOException {
        int wake = Libc.eventfd();
        try {
            AddressWatcher watcher =
                    new AddressWatcher(
                            NetlinkSocket.open(
                                    Netlink.NETLINK_ROUTE, IPV4_ADDRESSES, IPV6_ADDRESSES),
                            wake,
                            ignored,
                            onChange);
            watcher.thread.start();
            return watcher;
        } catch (IOException e) {
            Libc.close(wake);
            throw e;
        }
    }

    private void watch() {
        try {
            while (stop.getCount() > 0) {
                if (changed() && stop.getCount() > 0) {
                    call();
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            socket.close();
            Libc.close(wake);
        }
    }

    private boolean changed() throws InterruptedException {
        try {
            for (NetlinkReply reply : socket.receive(LOOK, wake)) {
                if (!isIgnored(reply.payload().getInt(INDEX_OFFSET))) {
                    return true;
                }
            }
            return false;
        } catch (AnswersLostException _) {
            return true; // something happened
        } catch (IOException e) {
            log.warn("cannot hear of address changes, trying again", e);
            return stop.await(PAUSE_AFTER_ERROR_SECONDS, TimeUnit.SECONDS);
        }
    }

    /// The interface may have been made, or made anew, since the last look.
    private boolean isIgnored(int index) throws IOException {
        if (ignored.isEmpty() || index == ignoredIndex) {
            return !ignored.isEmpty();
        }
        try (Links links = Links.open()) {
            ignoredIndex = links.find(ignored).map(Link::index).orElse(0);
        }
        return index == ignoredIndex;
    }

    private void call() {
        try {
            onChange.run();
        } catch (RuntimeException e) {
            log.error("after a change of addresses", e);
        }
    }

    /// Stops watching; waits for a callback that runs, unless called from it.
    @Override
    public void close() {
        if (closing.getAndSet(true)) {
            return;
        }
        try {
            Libc.signal(wake); // before the thread may end and close it
        } catch (IOException e) {
            log.warn("cannot wake the address watcher", e);
        }
        stop.countDown();
        try {
            if (!Thread.currentThread().equals(thread)) {
                thread.join();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
