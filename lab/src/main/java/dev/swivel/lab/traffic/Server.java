package dev.swivel.lab.traffic;

import java.io.IOException;

/// One port on which a container answers. Thread-safe.
public sealed interface Server extends AutoCloseable permits TcpServer, UdpServer {
    ServerName name();

    Transport transport();

    int port();

    /// From the next request on, also on open connections.
    void behave(Behaviour behaviour);

    /// Closes the listener: new requests are refused by the kernel, open connections live on.
    void refuse();

    /// Opens the listener again after [#refuse()].
    ///
    /// @throws IOException if the port was taken meanwhile
    void accept() throws IOException;

    /// Closes the listener and all connections.
    @Override
    void close();
}
