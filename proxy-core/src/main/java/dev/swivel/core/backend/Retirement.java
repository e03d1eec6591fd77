package dev.swivel.core.backend;

import dev.swivel.core.config.ProxyConfig;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/// How a backend leaves when another has taken over.
///
/// @param drain how long connections may live on before what carries them is removed
/// @param config of the one that took over: it says what is none of ours
/// @param revoked whether that one has been replaced itself by now: then nothing more is removed
public record Retirement(Duration drain, ProxyConfig config, BooleanSupplier revoked) {
    /// By one that is not replaced.
    public Retirement(Duration drain, ProxyConfig config) {
        this(drain, config, () -> false);
    }
}
