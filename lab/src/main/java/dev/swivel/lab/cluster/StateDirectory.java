package dev.swivel.lab.cluster;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// What a cluster leaves on disk while it lives, so that another process can remove it when its own
/// was killed: `/run/swivel-lab/PREFIX` with the files `owner` and `namespaces`, and one lock file
/// per node.
final class StateDirectory {
    private static final Path ROOT = Path.of("/run/swivel-lab");
    private static final String OWNER = "owner";
    private static final String NAMESPACES = "namespaces";

    private final Path directory;

    private StateDirectory(Path directory) {
        this.directory = directory;
    }

    /// Takes the prefix for this process.
    ///
    /// @throws FileAlreadyExistsException if another cluster has it
    static StateDirectory claim(String prefix) throws IOException {
        Files.createDirectories(ROOT);
        var draft = Files.createTempDirectory(ROOT, ".claim-");
        Files.writeString(draft.resolve(OWNER), ProcessIdentity.own().text());
        Files.createFile(draft.resolve(NAMESPACES));
        var directory = ROOT.resolve(prefix);
        try {
            // A rename onto a directory that is not empty fails, so only one process can win.
            Files.move(draft, directory, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            new StateDirectory(draft).delete();
            if (!Files.exists(directory)) {
                throw e;
            }
            var taken =
                    new FileAlreadyExistsException(directory.toString(), null, "cluster exists");
            taken.addSuppressed(e);
            throw taken;
        }
        return new StateDirectory(directory);
    }

    /// The directories of all clusters whose process has ended, and of half-made claims.
    static List<StateDirectory> abandoned() throws IOException {
        if (!Files.isDirectory(ROOT)) {
            return List.of();
        }
        try (var entries = Files.list(ROOT)) {
            return entries.map(StateDirectory::new).filter(StateDirectory::isAbandoned).toList();
        }
    }

    /// Notes namespaces that are about to be made.
    void willMake(Collection<String> namespaces) throws IOException {
        Files.write(directory.resolve(NAMESPACES), namespaces, StandardOpenOption.APPEND);
    }

    List<String> namespaces() throws IOException {
        try {
            return Files.readAllLines(directory.resolve(NAMESPACES));
        } catch (NoSuchFileException _) {
            return List.of();
        }
    }

    /// The path of a file that lives as long as the cluster.
    Path file(String name) {
        return directory.resolve(name);
    }

    void delete() throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (var entries = Files.list(directory)) {
            for (var file : entries.toList()) {
                if (!file.endsWith(OWNER)) {
                    Files.deleteIfExists(file);
                }
            }
        }
        Files.deleteIfExists(directory.resolve(OWNER)); // last: without it nobody cleans up
        Files.deleteIfExists(directory);
    }

    /// A directory without a readable owner is being claimed or removed right now, and is left
    /// alone.
    private boolean isAbandoned() {
        try {
            return ownerIn(directory).map(owner -> !owner.isAlive()).orElse(false);
        } catch (IOException _) {
            return false;
        }
    }

    private static Optional<ProcessIdentity> ownerIn(Path directory) throws IOException {
        var file = directory.resolve(OWNER);
        return Files.exists(file)
                ? ProcessIdentity.parse(Files.readString(file))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return directory.toString();
    }
}
