package dev.swivel.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// How many processors this machine has. What the JVM says is how many of them this process may
/// use, which a container's limit makes fewer; connections are tracked for the machine.
final class Processors {
    private static final Path ONLINE = Path.of("/sys/devices/system/cpu/online");

    private Processors() {}

    static int ofThisMachine() {
        try {
            return count(Files.readString(ONLINE).strip());
        } catch (IOException | NumberFormatException _) {
            return Runtime.getRuntime().availableProcessors();
        }
    }

    /// @param list as the kernel writes it: `0-3,8,10-11`
    static int count(String list) {
        int count = 0;
        for (String range : list.split(",", -1)) {
            String[] ends = range.split("-", 2);
            count += Integer.parseInt(ends[ends.length - 1]) - Integer.parseInt(ends[0]) + 1;
        }
        return count;
    }
}
