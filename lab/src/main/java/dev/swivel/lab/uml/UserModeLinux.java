package dev.swivel.lab.uml;

import static java.util.Objects.requireNonNull;

import dev.swivel.linux.exec.CommandException;
import dev.swivel.linux.exec.Programs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Runs commands in user-mode Linux, one kernel per command. A guest has one processor, the host's
/// file system (what it writes there is kept in memory and gone afterwards) and its own network,
/// processes and `/run`. Any number may run at once. Needs root: the guest reads with the rights of
/// the calling process.
///
/// @param memoryMegabytes what the guest believes to have; taken from the host as it is used
/// @param shared a folder of the host where what the guest writes does arrive
public record UserModeLinux(int memoryMegabytes, Optional<Path> shared) {
    private static final String PROGRAM = "linux.uml";
    private static final Path MODULES = Path.of("/usr/lib/uml/modules");
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");
    private static final int DEFAULT_MEGABYTES = 2048;

    /// From the end of the command's time to the end of the guest, and for its start.
    private static final Duration GRACE = Duration.ofSeconds(60);

    public UserModeLinux() {
        this(DEFAULT_MEGABYTES, Optional.empty());
    }

    public UserModeLinux withMemory(int megabytes) {
        return new UserModeLinux(megabytes, shared);
    }

    public UserModeLinux sharing(Path folder) {
        return new UserModeLinux(memoryMegabytes, Optional.of(folder.toAbsolutePath()));
    }

    /// Runs a command to its end, or for as long as it may take.
    public GuestResult run(GuestCommand command, Duration limit)
            throws IOException, InterruptedException {
        return run(command, limit, _ -> {});
    }

    /// Runs a command to its end, or for as long as it may take.
    ///
    /// @param listener gets each line of output as it comes
    /// @throws IOException when the guest does not boot, dies under the command, or does not end in
    ///   time; with what was on its console
    public GuestResult run(GuestCommand command, Duration limit, Consumer<String> listener)
            throws IOException, InterruptedException {
        Path kernel = kernel();
        Path folder = Files.createTempDirectory("swivel-uml-");
        try {
            Path init = folder.resolve("init");
            try (InputStream script = UserModeLinux.class.getResourceAsStream("/uml/init.sh")) {
                Files.copy(requireNonNull(script, "resource /uml/init.sh"), init);
            }
            Files.setPosixFilePermissions(init, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.writeString(folder.resolve("command"), command.script(limit));
            if (shared.isPresent()) {
                Files.writeString(folder.resolve("shared"), shared.get().toString());
            }
            return new Guest(
                            arguments(kernel, folder, init),
                            memory(folder),
                            ExtendedRegisters.shim(folder))
                    .run(limit.plus(GRACE), listener);
        } finally {
            delete(folder);
        }
    }

    private static Path kernel() throws IOException {
        Path kernel =
                Programs.find(PROGRAM)
                        .orElseThrow(() ->
                                new IOException(
                                        PROGRAM
                                                + " is not installed; on Debian: apt-get install"
                                                + " user-mode-linux"));
        for (String program : List.of("modprobe", "setsid")) {
            if (Programs.find(program).isEmpty()) {
                throw new CommandException(
                        Programs.remedy(program), List.of(program), CommandException.NOT_FOUND, "");
            }
        }
        if (!Files.isDirectory(MODULES)) {
            throw new IOException("no kernel modules for " + PROGRAM + " in " + MODULES);
        }
        return kernel;
    }

    /// In memory if it fits: containers often have very little there, and a guest that runs over
    /// dies.
    private Path memory(Path folder) throws IOException {
        boolean fits =
                Files.isDirectory(SHARED_MEMORY)
                        && Files.getFileStore(SHARED_MEMORY).getUsableSpace() >> 20
                                >= memoryMegabytes;
        return fits ? SHARED_MEMORY : folder;
    }

    private List<String> arguments(Path kernel, Path folder, Path init) {
        return List.of(
                "setsid", // a process group of its own, to kill it as a whole
                kernel.toString(),
                "mem=" + memoryMegabytes + "M",
                "rootfstype=hostfs",
                "rootflags=/",
                "ro",
                "init=" + init,
                "uml_dir=" + folder,
                "con0=fd:0,fd:1",
                "con=null",
                "panic=-1",
                "quiet");
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
