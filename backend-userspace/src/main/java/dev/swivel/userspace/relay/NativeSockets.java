package dev.swivel.userspace.relay;

import io.netty.channel.epoll.Epoll;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Netty's native sockets. Where its library is not installed, Netty unpacks it into a temporary
/// directory, and tries that once for the life of a process. So the directory is chosen before: one
/// that takes the file now, and lets it be run.
public final class NativeSockets {
    /// Of Netty (`NativeLibraryLoader`).
    private static final String DIRECTORY = "io.netty.native.workdir";

    private static final String LIBRARY = "libnetty_transport_native_epoll_";
    private static final int AT_LEAST_BYTES = 256 * 1024; // twice the library

    private NativeSockets() {}

    /// Loads the library.
    ///
    /// @throws IOException when it cannot be loaded here, or not now
    public static void load() throws IOException {
        if (System.getProperty(DIRECTORY) == null && !isInstalled()) {
            Path chosen =
                    choose(
                            Stream.of(
                                            System.getProperty("java.io.tmpdir", "/tmp"),
                                            "/run",
                                            "/dev/shm")
                                    .map(Path::of)
                                    .toList());
            System.setProperty(DIRECTORY, chosen.toString());
        }
        if (!Epoll.isAvailable()) {
            throw new IOException(
                    "no native sockets here (they need x86_64 or aarch64 with glibc): "
                            + Epoll.unavailabilityCause().getMessage());
        }
    }

    private static boolean isInstalled() {
        return Stream.of(System.getProperty("java.library.path", "").split(":"))
                .map(Path::of)
                .anyMatch(NativeSockets::hasLibrary);
    }

    private static boolean hasLibrary(Path directory) {
        try (var found = Files.newDirectoryStream(directory, LIBRARY + "*")) {
            return found.iterator().hasNext();
        } catch (IOException _) {
            return false;
        }
    }

    /// @throws IOException when none will do; the message says why not, one by one
    static Path choose(List<Path> candidates) throws IOException {
        StringBuilder reasons = new StringBuilder();
        for (Path candidate : candidates) {
            Optional<String> reason = unfit(candidate);
            if (reason.isEmpty()) {
                return candidate;
            }
            reasons.append("; ").append(reason.get());
        }
        throw new IOException(
                "no room to unpack the native sockets into; free some, or mount one of these writable"
                        + reasons);
    }

    private static Optional<String> unfit(Path directory) {
        try {
            Path trial =
                    Files.createTempFile(
                            directory,
                            "swivel",
                            ".so",
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rwx------")));
            try {
                Files.write(trial, new byte[AT_LEAST_BYTES]);
                return Files.isExecutable(trial)
                        ? Optional.empty()
                        : Optional.of(directory + ": mounted noexec");
            } finally {
                Files.delete(trial);
            }
        } catch (IOException e) {
            return Optional.of(directory + ": " + e);
        }
    }
}
