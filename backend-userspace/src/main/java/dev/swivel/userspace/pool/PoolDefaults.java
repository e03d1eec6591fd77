package dev.swivel.userspace.pool;

import dev.swivel.userspace.balance.Algorithm;
import java.time.Duration;

/// What holds for Services that say nothing about it.
///
/// @param drain how long connections to an endpoint that left may live on
public record PoolDefaults(Algorithm algorithm, Duration drain) {
    public static final PoolDefaults STANDARD =
            new PoolDefaults(Algorithm.ROUND_ROBIN, Duration.ofMinutes(15));
}
