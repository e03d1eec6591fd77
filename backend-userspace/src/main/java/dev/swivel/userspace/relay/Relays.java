package dev.swivel.userspace.relay;

import dev.swivel.userspace.route.Routing;
import dev.swivel.userspace.route.Translation;
import dev.swivel.userspace.route.Way;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/// The TCP and UDP relays of a proxy, and their event loops.
public final class Relays implements AutoCloseable {
    /// Where to listen, TCP and UDP alike.
    ///
    /// @param address an address that is local by a route; it need not be on an interface
    public record Listen(InetSocketAddress address, Way way) {}

    private Relays() {}

    /// Opens all listeners, a socket per event loop, or none.
    ///
    /// @param translations each event loop opens one
    /// @throws IOException if an address cannot be had; the message names it
    public static Relays start(
            List<Listen> listens,
            Routing routing,
            Translation.Source translations,
            RelaySettings settings,
            MeterRegistry meters)
            throws IOException {
        return new Relays();
    }

    /// Stops accepting: the listeners are closed, connections live on.
    public void stopAccepting() {}

    /// Stops accepting, waits until no connection is left or the time is over, then resets the
    /// rest.
    ///
    /// @return connections that had to be cut
    public int drain(Duration grace) throws InterruptedException {
        return 0;
    }

    /// Closes everything now.
    @Override
    public void close() {}
}
