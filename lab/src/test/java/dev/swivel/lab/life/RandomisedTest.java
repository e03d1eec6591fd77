package dev.swivel.lab.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Random changes and random faults, through the whole daemon: after each step, traffic goes where
/// the model says, and `swivel plan` finds nothing to do in the kernel.
///
/// A failure names its seed; `-Dseed=N` plays that run again.
class RandomisedTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int STEPS = 20;

    @TempDir Path directory;

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @CsvSource({"iptables, nft", "iptables, legacy", "userspace, nft"})
    void kernelModelAndTrafficAgreeAfterEachStep(String mode, String flavour) throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        List<String> story = new ArrayList<>();
        try (ServedCluster served = new ServedCluster(directory, flavour)) {
            SplittableRandom random = new SplittableRandom(seed);
            RandomCluster model = new RandomCluster(served, random);
            RandomFaults faults = new RandomFaults(served, random, flavour, "--proxy-mode=" + mode);
            faults.start();
            for (int step = 1; step <= STEPS; step++) {
                String change = model.change();
                String fault = faults.strike(model);
                story.add("%d: %s; %s".formatted(step, change, fault));
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(model.disagreements()).isEmpty());
                await().atMost(PATIENCE)
                        .untilAsserted(
                                () -> assertThat(served.plan("--proxy-mode=" + mode)).isEmpty());
            }
        } catch (Throwable e) {
            throw new AssertionError(
                    "-Dseed=%d, mode %s (%s):%n%s"
                            .formatted(seed, mode, flavour, String.join("\n", story)),
                    e);
        }
    }
}
