package dev.swivel.lab.life;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swivel.lab.cluster.Daemon;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The container image as a node's Swivel in mode ipvs, in a kernel that has IPVS.
class ImageIpvsChecks {
    /// Names the folder where the image is unpacked.
    static final String ROOT = "swivel.image.root";

    @TempDir Path directory;

    @Test
    void servesANodeWithTwoRightsAndNothingToWriteTo() throws Exception {
        try (ServedCluster served = new ServedCluster(directory, "legacy")) {
            Path root = Path.of(System.getProperty(ROOT));
            Daemon swivel = new ContainedSwivel(served, root, directory).start("ipvs");
            assertThat(served.node().exec("ipvsadm", "-Sn").text())
                    .contains("-a -t 10.96.0.10:80 -r 192.168.1.12:8080 -m -w 1");
            assertThat(swivel.stop(Duration.ofSeconds(20))).as("ends at SIGTERM").isTrue();
            assertThat(served.web().within(Duration.ofSeconds(60)).run().answered())
                    .as("the virtual servers stay")
                    .isTrue();
        }
    }
}
