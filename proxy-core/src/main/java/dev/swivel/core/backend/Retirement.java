package dev.swivel.core.backend;

import dev.swivel.core.config.ProxyConfig;
import java.time.Duration;

/// How a backend leaves when another has taken over.
///
/// @param drain how long connections may live on before what carries them is removed
/// @param config of the one that took over: it says what is none of ours
public record Retirement(Duration drain, ProxyConfig config) {}
