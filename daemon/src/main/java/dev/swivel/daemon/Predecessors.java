package dev.swivel.daemon;

import dev.swivel.core.backend.BackendException;
import dev.swivel.core.backend.ProxyBackend;
import dev.swivel.core.backend.Retirement;
import dev.swivel.core.config.ProxyConfig;
import dev.swivel.core.model.IpFamily;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The modes that may have served this node before. They leave when the one that runs now has
/// programmed everything: until then theirs is what serves.
final class Predecessors implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Predecessors.class);

    /// How long connections may go on that only a former mode carries.
    private static final Duration FAREWELL = Duration.ofHours(1);

    private static final Duration BETWEEN_TRIES = Duration.ofSeconds(10);

    private final List<ProxyBackend> others;
    private final Set<IpFamily> missing;
    private final Retirement how;

    /// One for each, since one may wait an hour for its last connection.
    private final List<Thread> threads = new ArrayList<>();

    /// @param families those that have to be programmed first
    /// @param backend the one that runs now
    Predecessors(
            List<ProxyBackend> others,
            Set<IpFamily> families,
            ProxyConfig config,
            ProxyBackend backend) {
        this.others = List.copyOf(others);
        this.how = new Retirement(FAREWELL, config, backend::isReplaced);
        this.missing = EnumSet.copyOf(families);
        others.forEach(other -> threads.add(thread(other.name(), () -> retire(other))));
        threads.add(thread("nftables", Predecessors::removeNftables));
    }

    private static Thread thread(String name, Runnable task) {
        return Thread.ofPlatform().name("retirement-" + name).daemon().unstarted(task);
    }

    /// All services of a family are programmed. Called on the sync thread.
    void programmed(IpFamily family) {
        if (missing.remove(family) && missing.isEmpty()) {
            threads.forEach(Thread::start);
        }
    }

    private void retire(ProxyBackend other) {
        try {
            while (!retired(other)) {
                Thread.sleep(BETWEEN_TRIES);
            }
        } catch (InterruptedException _) {
            // The daemon ends; the next one goes on.
        }
    }

    private static void removeNftables() {
        try {
            NftablesLeftovers.remove();
        } catch (IOException e) {
            log.warn(
                    "kube-proxy's nftables tables stay, and may serve as well: {}; swivel cleanup"
                            + " --dry-run lists them",
                    e.getMessage());
        }
    }

    private boolean retired(ProxyBackend other) {
        try {
            other.retire(how);
            return true;
        } catch (BackendException e) {
            log.warn(
                    "mode {} left something behind: {}; trying again",
                    other.name(),
                    e.getMessage());
            return Thread.currentThread().isInterrupted();
        }
    }

    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
        others.forEach(ProxyBackend::close);
    }
}
