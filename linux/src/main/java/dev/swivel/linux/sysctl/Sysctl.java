package dev.swivel.linux.sysctl;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.regex.Pattern;

/// Reads and writes kernel settings by name, such as `net.ipv4.ip_forward`. A name with a slash in
/// it has slashes between all its parts, as in `net/ipv4/conf/eth0.100/forwarding`.
///
/// Settings under `net` are those of the network namespace of the calling thread.
public final class Sysctl {
    private static final int LONGEST_VALUE = 4096; // bytes; a page, as the kernel's own limit

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_@:-][A-Za-z0-9_.@:/-]*");

    private final Path root;

    private Sysctl(Path root) {
        this.root = root;
    }

    /// Those of this system.
    public static Sysctl system() {
        return new Sysctl(Path.of("/proc/sys"));
    }

    /// A tree like `/proc/sys` in another place.
    public static Sysctl at(Path root) {
        return new Sysctl(root);
    }

    /// Whether the kernel has the setting now; loading a module may bring more.
    public boolean exists(String name) {
        return Files.exists(path(name));
    }

    /// The value, without the line's end.
    ///
    /// @throws NoSuchFileException when the kernel does not have the setting
    public String read(String name) throws IOException {
        try {
            return readAtOnce(path(name)).strip();
        } catch (IOException e) {
            throw explained(name, "read", e);
        }
    }

    /// The kernel gives many settings to the first read(2) only, and Files.readString begins with a
    /// read of one byte.
    private static String readAtOnce(Path file) throws IOException {
        ByteBuffer value = ByteBuffer.allocate(LONGEST_VALUE);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            channel.read(value);
        }
        return new String(value.array(), 0, value.position(), StandardCharsets.UTF_8);
    }

    /// The value as a number.
    ///
    /// @throws IOException also when it is not one
    public long readNumber(String name) throws IOException {
        String value = read(name);
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new IOException("sysctl " + name + ": '" + value + "' is not a number", e);
        }
    }

    /// Sets the value unless it is so already; a read-only `/proc/sys` whose values are right is
    /// thus no problem.
    ///
    /// @return whether it was changed
    public boolean write(String name, String value) throws IOException {
        if (read(name).equals(value)) {
            return false;
        }
        try {
            Files.writeString(path(name), value);
        } catch (IOException e) {
            throw explained(name, "set to '" + value + "'", e);
        }
        return true;
    }

    /// Like [#write(String, String)].
    public boolean write(String name, long value) throws IOException {
        return write(name, Long.toString(value));
    }

    private Path path(String name) {
        if (!NAME.matcher(name).matches() || name.contains("..") || name.contains("//")) {
            throw new IllegalArgumentException("sysctl name: '" + name + "'");
        }
        return root.resolve(name.contains("/") ? name : name.replace('.', '/'));
    }

    private static IOException explained(String name, String what, IOException e) {
        String prefix = "sysctl " + name + ": cannot " + what;
        return switch (e) {
            case NoSuchFileException _ -> {
                var missing =
                        new NoSuchFileException(
                                "sysctl " + name,
                                null,
                                "the kernel has no such setting; a module may be missing");
                missing.initCause(e);
                yield missing;
            }
            case AccessDeniedException _ ->
                    new IOException(prefix + ": permission denied (needs root)", e);
            default -> new IOException(prefix + ": " + e.getMessage(), e);
        };
    }
}
