package dev.swivel.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swivel.core.config.ProxyConfig;
import dev.swivel.linux.sysctl.Sysctl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// On a tree of files in the place of /proc/sys: the real settings belong to the whole machine.
class ConntrackSettingsTest {
    private static final int CORES = Processors.ofThisMachine();

    @TempDir Path directory;

    @Test
    void theHashGrowsWithTheTable() throws Exception {
        Path hash = setting("hashsize", "1024");
        setting("net/netfilter/nf_conntrack_max", "65536");
        apply(4000, hash);
        assertThat(read("net/netfilter/nf_conntrack_max")).isEqualTo(Long.toString(4000L * CORES));
        assertThat(Files.readString(hash)).isEqualTo(Long.toString(1000L * CORES));
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "0-3, 4", "'0-3,8,10-11', 7"})
    void processorsAreCountedAsTheKernelListsThem(String list, int count) {
        assertThat(Processors.count(list)).isEqualTo(count);
    }

    @Test
    void aHashThatIsLargeEnoughIsLeftAlone() throws Exception {
        Path hash = setting("hashsize", "9999999");
        setting("net/netfilter/nf_conntrack_max", "65536");
        apply(4000, hash);
        assertThat(Files.readString(hash)).isEqualTo("9999999");
    }

    @Test
    void whereTheTableIsNotOursToSizeTheHashIsNotEither() throws Exception {
        Path hash = setting("hashsize", "1");
        apply(4000, hash);
        assertThat(Files.readString(hash)).isEqualTo("1");
    }

    private void apply(int maxPerCore, Path hash) {
        ConntrackSettings.apply(
                new ProxyConfig.Conntrack(
                        maxPerCore,
                        1,
                        Duration.ZERO,
                        Duration.ZERO,
                        false,
                        Duration.ZERO,
                        Duration.ZERO),
                Sysctl.at(directory),
                hash);
    }

    private Path setting(String name, String value) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, value);
    }

    private String read(String name) throws IOException {
        return Files.readString(directory.resolve(name));
    }
}
