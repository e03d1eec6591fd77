package dev.swivel.lab.uml;

import static java.util.Objects.requireNonNull;

import dev.swivel.linux.exec.Command;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// User-mode Linux 6.1 dies at its first process on a processor with AMX: `xstate.c` tells why, and
/// is what mends it, loaded into the guest's kernel before its own library.
final class ExtendedRegisters {
    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

    private ExtendedRegisters() {}

    /// @param folder where to build it
    /// @return what to preload; empty on a processor that needs nothing
    /// @throws IOException when there is no C compiler, or it refuses
    static Optional<Path> shim(Path folder) throws IOException {
        if (!haveTiles()) {
            return Optional.empty();
        }
        Path source = folder.resolve("xstate.c");
        try (InputStream text = ExtendedRegisters.class.getResourceAsStream("/uml/xstate.c")) {
            Files.copy(requireNonNull(text, "resource /uml/xstate.c"), source);
        }
        Path library = folder.resolve("xstate.so");
        Command.of("gcc", "-shared", "-fPIC", "-O2", "-o", library.toString(), source.toString())
                .run();
        return Optional.of(library);
    }

    private static boolean haveTiles() throws IOException {
        try (Stream<String> lines = Files.lines(PROCESSORS)) {
            return lines.filter(line -> line.startsWith("flags"))
                    .findFirst()
                    .filter(line -> List.of(line.split(" ")).contains("amx_tile"))
                    .isPresent();
        }
    }
}
