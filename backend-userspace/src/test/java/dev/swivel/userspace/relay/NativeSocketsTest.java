package dev.swivel.userspace.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeSocketsTest {
    private static final Path ABSENT = Path.of("/nonexistent");
    private static final Path NO_FILES = Path.of("/proc/self/fd");

    @TempDir Path directory;

    @Test
    void theFirstDirectoryThatTakesAFileIsChosenAndLeftAsItWas() throws IOException {
        assertThat(NativeSockets.choose(List.of(ABSENT, NO_FILES, directory))).isEqualTo(directory);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void whereNoneDoesEachIsNamed() {
        assertThatThrownBy(() -> NativeSockets.choose(List.of(ABSENT, NO_FILES)))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("/nonexistent", "/proc/self/fd");
    }
}
