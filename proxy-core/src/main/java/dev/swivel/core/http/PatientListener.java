package dev.swivel.core.http;

import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A listener that waits for its address: while another process has it, it is tried again every few
/// seconds (spec 9.1, 9.3).
public final class PatientListener implements AutoCloseable {
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final InetSocketAddress address;
    private final HttpHandler handler;
    private final Runnable onBound;
    private final Thread thread;
    private @Nullable HttpListener listener;
    private boolean closed;

    private PatientListener(InetSocketAddress address, HttpHandler handler, Runnable onBound) {
        this.address = address;
        this.handler = handler;
        this.onBound = onBound;
        this.thread = Thread.ofVirtual().name("bind " + address).unstarted(this::keepTrying);
    }

    /// @param onFailure told of the first failure
    /// @param onBound called if it worked later
    public static PatientListener open(
            InetSocketAddress address,
            HttpHandler handler,
            Consumer<IOException> onFailure,
            Runnable onBound) {
        PatientListener patient = new PatientListener(address, handler, onBound);
        try {
            patient.bind();
        } catch (IOException e) {
            onFailure.accept(e);
            patient.thread.start();
        }
        return patient;
    }

    private synchronized void bind() throws IOException {
        if (!closed) {
            listener = HttpListener.open(address, handler);
        }
    }

    private void keepTrying() {
        try {
            while (true) {
                Thread.sleep(INTERVAL);
                try {
                    bind();
                    onBound.run();
                    return;
                } catch (IOException _) {
                    // said already
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        thread.interrupt();
        if (listener != null) {
            listener.close();
        }
    }
}
