package dev.swivel.core.backend;

import java.time.Duration;

/// How a backend leaves when another has taken over.
///
/// @param drain how long connections may live on before what carries them is removed
public record Retirement(Duration drain) {}
