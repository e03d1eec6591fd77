package dev.swivel.core.metrics;

import java.time.Duration;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The bounds of Kubernetes' histograms (spec 10).
public final class Buckets {
    private Buckets() {}

    /// 0.001 s times 2^0 to 2^14.
    public static Duration[] syncs() {
        return IntStream.range(0, 15)
                .mapToObj(k -> Duration.ofMillis(1L << k))
                .toArray(Duration[]::new);
    }

    /// 0.25, 0.5; 1 to 59 by 1; 60 to 115 by 5; 120 to 300 by 30; in seconds.
    public static Duration[] networkProgramming() {
        Stream<Duration> fractions = Stream.of(Duration.ofMillis(250), Duration.ofMillis(500));
        IntStream whole =
                IntStream.concat(
                        IntStream.rangeClosed(1, 59),
                        IntStream.concat(
                                IntStream.iterate(60, s -> s <= 115, s -> s + 5),
                                IntStream.iterate(120, s -> s <= 300, s -> s + 30)));
        return Stream.concat(
                        fractions, Arrays.stream(whole.toArray()).mapToObj(Duration::ofSeconds))
                .toArray(Duration[]::new);
    }

    /// Requests to the API server.
    public static Duration[] requests() {
        return IntStream.of(5, 25, 100, 250, 500, 1000, 2000, 4000, 8000, 15_000, 30_000, 60_000)
                .mapToObj(Duration::ofMillis)
                .toArray(Duration[]::new);
    }

    /// Sizes of requests and answers, in bytes.
    public static double[] sizes() {
        return new double[] {
            64, 256, 512, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216
        };
    }
}
