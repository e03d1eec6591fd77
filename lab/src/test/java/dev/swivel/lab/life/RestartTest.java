package dev.swivel.lab.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swivel.lab.cluster.Daemon;
import dev.swivel.lab.traffic.Load;
import dev.swivel.lab.traffic.LoadReport;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A restart, however it comes about, is nothing that traffic notices.
class RestartTest {
    @TempDir Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"nft", "legacy"})
    void killsAndRestartsUnderLoadLoseNothing(String flavour) throws Exception {
        try (ServedCluster served = new ServedCluster(directory, flavour)) {
            Daemon swivel = served.startSwivel();
            await().atMost(Duration.ofSeconds(60)).until(() -> served.syncs() >= 1);
            try (Load fresh = Load.ofNewConnections(served.web(), 2, Duration.ofMillis(1));
                    Load kept = Load.ofKeptConnections(served.web(), 4, Duration.ofMillis(5))) {
                for (int round = 1; round <= 4; round++) {
                    if (round % 2 == 0) {
                        swivel.stop(Duration.ofSeconds(20));
                    } else {
                        swivel.kill();
                    }
                    swivel = served.startSwivel();
                    int syncs = round + 1;
                    await().atMost(Duration.ofSeconds(60)).until(() -> served.syncs() >= syncs);
                }
                LoadReport report = fresh.stop();
                assertThat(report.failures())
                        .as("of %d new connections; log:%n%s", report.total(), served.logText())
                        .isEmpty();
                assertThat(kept.stop().failures()).as("of kept connections").isEmpty();
            }
        }
    }
}
