package dev.swivel.lab.traffic;

import java.io.Closeable;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;

/// Ways to end a socket whose failure to close interests nobody.
final class Closing {
    private Closing() {}

    static void quietly(Closeable socket) {
        try {
            socket.close();
        } catch (IOException _) {
            // Closed is closed.
        }
    }

    /// Closes a socket that a thread reads from in a loop, and waits for that thread: until it has
    /// noticed, the JDK keeps the socket and the kernel its port.
    static void withReader(Closeable socket, Thread reader) {
        quietly(socket);
        try {
            reader.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Sends RST instead of FIN: SO_LINGER with a time of 0, socket(7).
    static void withReset(SocketChannel connection) {
        try {
            connection.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException _) {
            // Already closed by the other end.
        }
        quietly(connection);
    }
}
