package dev.swivel.lab.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swivel.linux.exec.Command;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the distribution's launcher gives the Java runtime, by one that prints its arguments.
class LauncherTest {
    private static final String RELAYS = "-XX:TLABWasteTargetPercent=8";
    private static final String LARGE_PAGES = "-XX:+UseTransparentHugePages";
    private static final Path PAGES = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");

    @TempDir Path directory;
    private Path launcher;

    @BeforeEach
    void aRuntimeThatPrintsItsArguments() throws Exception {
        launcher = Files.createDirectories(directory.resolve("swivel/bin")).resolve("swivel");
        Files.copy(Path.of("../deploy/src/dist/bin/swivel"), launcher);
        Path java = Files.createDirectories(directory.resolve("java/bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        Files.writeString(directory.resolve("java/release"), "JAVA_VERSION=\"25.0.1\"\n");
    }

    @Test
    void inModeUserspaceEventLoopsGetLargePages() throws Exception {
        assertThat(arguments("--proxy-mode=userspace")).contains(RELAYS);
        assertThat(arguments("--proxy-mode", "userspace")).contains(RELAYS);
        assertThat(arguments("--proxy-mode=userspace").contains(LARGE_PAGES))
                .as(LARGE_PAGES + " where " + PAGES + " has them")
                .isEqualTo(Files.exists(PAGES) && !Files.readString(PAGES).contains("[never]"));
        assertThat(arguments("--proxy-mode=iptables", "--hostname-override=userspace"))
                .doesNotContain(RELAYS, LARGE_PAGES);
    }

    @Test
    void aConfigurationFileSaysTheModeToo() throws Exception {
        Path plain = directory.resolve("plain.yaml");
        Files.writeString(plain, "kind: KubeProxyConfiguration\nmode: userspace # ours\n");
        Path quoted = directory.resolve("quoted.yaml");
        Files.writeString(quoted, "mode: \"userspace\"\n");
        Path other = directory.resolve("other.yaml");
        Files.writeString(other, "mode: iptables\n# mode: userspace\n");

        assertThat(arguments("--config", plain.toString())).contains(RELAYS);
        assertThat(arguments("--config=" + quoted)).contains(RELAYS);
        assertThat(arguments("--config=" + other)).doesNotContain(RELAYS);
        assertThat(arguments("--config=/nonexistent")).doesNotContain(RELAYS);
    }

    private List<String> arguments(String... words) throws Exception {
        List<String> argv = new ArrayList<>(List.of("sh", launcher.toString()));
        argv.addAll(List.of(words));
        return Command.of(argv)
                .withEnvironment("SWIVEL_JAVA_HOME", directory.resolve("java").toString())
                .run()
                .text()
                .lines()
                .toList();
    }
}
