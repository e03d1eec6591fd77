package dev.swivel.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.swivel.lab.cluster.SwivelProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@Timeout(180)
class BenchCommandTest {
    @TempDir Path directory;

    /// No figure is judged here: that it measures all of them, and writes its three files.
    @Test
    void measuresATinyClusterBesideAnotherProxyAndWritesItsReports() throws Exception {
        Path output = directory.resolve("out");
        int exit =
                new CommandLine(new BenchCommand())
                        .setCaseInsensitiveEnumValuesAllowed(true)
                        .execute(
                                "--size=20x3",
                                "--iptables=legacy,nft",
                                "--kube-proxy=" + otherProxy(),
                                "--starts=2",
                                "--updates=2",
                                "--connections=20",
                                "--burst=30",
                                "--ipvs=5x3,20x3",
                                "--ipvs-changes=3",
                                "--rest=100",
                                "--settle=1",
                                "--output=" + output);
        assertThat(exit).as("exit code; must run as root").isZero();

        var json = new ObjectMapper().readTree(output.resolve("bench.json").toFile());
        assertThat(json.at("/surroundings/kernel").asText()).isNotEmpty();
        assertThat(json.path("figures")).hasSize(4);
        for (var figures : json.path("figures")) {
            assertThat(figures.path("startMs")).hasSize(2);
            assertThat(figures.path("startFloorReadMs")).as("beside each start").hasSize(2);
            boolean legacy = figures.path("iptables").asText().equals("legacy");
            assertThat(figures.path("startFloorLoadMs")).hasSize(legacy ? 2 : 0);
            assertThat(figures.path("updateMs")).hasSize(2);
            assertThat(figures.path("floorMs")).hasSize(2);
            assertThat(figures.path("burstMs")).isNotEmpty();
            assertThat(figures.at("/connectMicros/direct")).hasSize(20);
            assertThat(figures.at("/connectMicros/20")).hasSize(20);
            assertThat(figures.path("residentMb").asDouble()).isPositive();
            assertThat(figures.path("natLines").asInt()).isGreaterThan(60);
            assertThat(figures.has("problem")).isFalse();
        }
        assertThat(json.path("ipvs")).hasSize(2);
        for (var figures : json.path("ipvs")) {
            assertThat(figures.path("changeMs")).hasSize(3);
            assertThat(figures.path("firstMs").asDouble()).isPositive();
            assertThat(figures.path("ipvsadmRestoreMs").asDouble()).isPositive();
            assertThat(figures.path("ipsetRestoreMs").asDouble()).isPositive();
            // a count, not a time: to say and to hear, for sets and for servers, before and after
            assertThat(figures.path("systemCallsPerChange").asDouble()).isBetween(2.0, 8.0);
        }
        assertThat(Files.readString(output.resolve("bench.md")))
                .contains("| swivel ", "| kube-proxy ", "start floor s", "ipvsadm --restore");
        assertThat(Files.readString(output.resolve("bench.html")))
                .contains("<svg", "</html>")
                .doesNotContain("http://localhost", "<script", "<link");
    }

    /// Swivel takes kube-proxy's flags, so it can play its part.
    private Path otherProxy() throws Exception {
        Path program = directory.resolve("kube-proxy");
        Files.writeString(
                program,
                "#!/bin/sh\nexec " + String.join(" ", SwivelProcess.command()) + " \"$@\"\n");
        return Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
