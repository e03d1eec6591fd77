package dev.swivel.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// A file that is written whole or not at all: on a full disk what was there before stays.
final class WholeFile {
    private WholeFile() {}

    /// @throws IOException with a message for people
    static void write(Path file, String text) throws IOException {
        if (Files.exists(file) && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            Files.writeString(
                    file, text); // a pipe, /dev/stdout, a link: to be written, not replaced
            return;
        }
        Path directory = file.toAbsolutePath().getParent();
        if (directory == null || Files.notExists(directory)) {
            throw new NoSuchFileException(directory + " does not exist");
        }
        if (!Files.isDirectory(directory)) {
            throw new NotDirectoryException(directory + " is not a directory");
        }
        Path part = directory.resolve("." + file.getFileName() + ".part");
        try {
            Files.writeString(part, text);
            Files.move(
                    part,
                    file,
                    StandardCopyOption.REPLACE_EXISTING,
                    StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Files.deleteIfExists(part);
            throw e;
        }
    }
}
