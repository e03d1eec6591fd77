package dev.swivel.core.watch.manifests;

import dev.swivel.core.config.FileFault;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The manifest files of a directory, read again as they change. Links are followed, so that the
/// swap of a mounted ConfigMap's `..data` shows as a change of each file.
final class ManifestFolder {
    /// Changes when the file's content may have changed.
    private record Stamp(Path real, @Nullable Object inode, FileTime modified, long size) {}

    private record Seen(@Nullable Stamp stamp, ManifestContent content) {}

    private final Path directory;
    private final ManifestReader reader = new ManifestReader();
    private Map<String, Seen> seen = Map.of();

    ManifestFolder(Path directory) {
        this.directory = directory;
    }

    /// What every file holds now, by file name in order.
    ///
    /// @throws IOException if the directory cannot be read
    Map<String, ManifestContent> scan() throws IOException {
        Map<String, Seen> now = new LinkedHashMap<>();
        files().forEach((name, file) -> now.put(name, look(name, file)));
        seen = now;
        Map<String, ManifestContent> contents = new LinkedHashMap<>();
        now.forEach((name, file) -> contents.put(name, file.content));
        return contents;
    }

    private Map<String, Path> files() throws IOException {
        Map<String, Path> files = new TreeMap<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                String name = String.valueOf(entry.getFileName());
                if (ManifestReader.isManifest(name) && Files.isRegularFile(entry)) {
                    files.put(name, entry);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return files;
    }

    private Seen look(String name, Path file) {
        Seen last = seen.getOrDefault(name, new Seen(null, ManifestContent.empty()));
        try {
            Stamp stamp = stamp(file);
            if (stamp.equals(last.stamp)) {
                return last;
            }
            return new Seen(stamp, reader.read(file).after(last.content));
        } catch (IOException e) {
            // Without a stamp: it is tried again at the next scan.
            ManifestContent unread = ManifestContent.collecting().brokenOff();
            unread.complaints().add("cannot be read: " + FileFault.reason(e));
            return new Seen(null, unread.after(last.content));
        }
    }

    private static Stamp stamp(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return new Stamp(
                file.toRealPath(),
                attributes.fileKey(),
                attributes.lastModifiedTime(),
                attributes.size());
    }
}
