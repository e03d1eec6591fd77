package dev.swivel.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@Timeout(120)
class RelayBenchCommandTest {
    @TempDir Path output;

    /// No figure is judged here: that each load goes through each way, and three files are written.
    @Test
    void takesEachLoadThroughEachWayAndWritesItsReports() throws Exception {
        int exit =
                new CommandLine(new RelayBenchCommand())
                        .execute(
                                "--rounds=1",
                                "--time=20",
                                "--services=5x2",
                                "--changes=3",
                                "--idle=20",
                                "--output=" + output);
        assertThat(exit).as("exit code; must run as root").isZero();

        var json = new ObjectMapper().readTree(output.resolve("relay.json").toFile());
        assertThat(json.at("/surroundings/kernel").asText()).isNotEmpty();
        assertThat(json.at("/changes/0/changeMs")).hasSize(3);
        for (String way : new String[] {"direct", "swivel", "swivel, source kept"}) {
            var figures = json.path(way);
            assertThat(figures.path("Gbit/s")).as(way).hasSize(1);
            assertThat(figures.path("connections/s")).as(way).hasSize(1);
            assertThat(figures.path("connections/s, 8 at once")).as(way).hasSize(2);
            assertThat(figures.path("datagrams/s there and back")).as(way).hasSize(1);
            assertThat(figures.path("CPU µs per request")).as(way).hasSize(2);
        }
        assertThat(json.at("/swivel/MB more for 10,000 idle")).hasSize(1);
        assertThat(json.at("/direct/connections~1s/0").asDouble()).isPositive();
        assertThat(json.at("/swivel/connections~1s/0").asDouble()).isPositive();
        assertThat(Files.readString(output.resolve("relay.md")))
                .contains("| swivel | swivel, source kept |");
        assertThat(Files.readString(output.resolve("relay.html"))).contains("<svg", "</html>");
    }
}
