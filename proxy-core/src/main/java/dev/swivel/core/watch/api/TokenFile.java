package dev.swivel.core.watch.api;

import dev.swivel.core.config.FileFault;
import io.fabric8.kubernetes.client.OAuthTokenProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A bearer token that kubelet renews in place: read again when it is older than a minute (spec
/// 12.3).
final class TokenFile implements OAuthTokenProvider {
    private static final Logger LOG = LoggerFactory.getLogger(TokenFile.class);
    private static final Duration FRESH = Duration.ofMinutes(1);

    private final Path file;
    private String token;
    private long readAt;
    private boolean failed;

    /// @throws IOException if there is no token to begin with
    TokenFile(Path file) throws IOException {
        this.file = file;
        this.token = Files.readString(file).strip();
        this.readAt = System.nanoTime();
    }

    @Override
    public synchronized String getToken() {
        long now = System.nanoTime();
        if (now - readAt > FRESH.toNanos()) {
            readAt = now;
            read();
        }
        return token;
    }

    private void read() {
        try {
            String newest = Files.readString(file).strip();
            if (!newest.isEmpty()) {
                token = newest;
            }
            failed = false;
        } catch (IOException e) {
            if (!failed) {
                LOG.error(
                        "The token in {} cannot be read ({}); using the last one",
                        file,
                        FileFault.reason(e));
            }
            failed = true;
        }
    }
}
