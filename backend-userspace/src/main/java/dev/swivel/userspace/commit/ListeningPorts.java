package dev.swivel.userspace.commit;

import dev.swivel.core.model.IpFamily;
import dev.swivel.netfilter.commit.FlowCleaner;
import dev.swivel.netfilter.commit.StaleFlows;
import dev.swivel.userspace.relay.Relays;
import dev.swivel.userspace.render.InnerRange;
import dev.swivel.userspace.route.Way;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The relay's listeners of one IP family. They open when the first routes are there, lest they
/// take connections that they could only reset while another daemon still serves.
public final class ListeningPorts {
    private static final Logger LOG = LoggerFactory.getLogger(ListeningPorts.class);

    /// How often to look for other ports if another program has them.
    private static final int TRIES = 20;

    private static final int CLOSED = 0;

    private final IpFamily family;
    private final Opener opener;
    private int first = CLOSED;

    /// Opens all or none.
    @FunctionalInterface
    public interface Opener {
        void open(List<Relays.Listen> listens) throws IOException;
    }

    public ListeningPorts(IpFamily family, Opener opener) {
        this.family = family;
        this.opener = opener;
    }

    /// Opens the listeners if they are not open yet.
    ///
    /// @return the first of their ports, see [InnerRange#port]
    int open() throws IOException {
        int port = first == CLOSED ? InnerRange.FIRST_PORT : first;
        for (int tried = 1; first == CLOSED; tried++) {
            try {
                opener.open(listens(port));
                first = port;
            } catch (IOException e) {
                if (tried == TRIES) {
                    throw e;
                }
                LOG.info("{}; trying other ports", e.getMessage());
                port += Way.values().length;
            }
        }
        return first;
    }

    private List<Relays.Listen> listens(int port) {
        List<Relays.Listen> listens = new ArrayList<>();
        for (Way way : Way.values()) {
            listens.add(new Relays.Listen(address(family, port, way), way));
        }
        return listens;
    }

    /// What ends stale flows. Those that lead to the listeners are right.
    public FlowCleaner flows() {
        return (before, now, change) ->
                new StaleFlows(addresses(family, open())).clean(before, now, change);
    }

    /// Where captured traffic of that family goes.
    static List<InetSocketAddress> addresses(IpFamily family, int firstPort) {
        List<InetSocketAddress> all = new ArrayList<>();
        for (Way way : Way.values()) {
            all.add(address(family, firstPort, way));
        }
        return all;
    }

    private static InetSocketAddress address(IpFamily family, int firstPort, Way way) {
        return new InetSocketAddress(
                InnerRange.listener(family).toInetAddress(), InnerRange.port(firstPort, way));
    }
}
