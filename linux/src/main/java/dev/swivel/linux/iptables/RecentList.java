package dev.swivel.linux.iptables;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A list of source addresses that the `recent` match keeps, in the calling thread's network
/// namespace.
public final class RecentList {
    private static final Path FOLDER = Path.of("/proc/thread-self/net/xt_recent");

    /// As the kernel prints it (net/netfilter/xt_recent.c).
    private static final Pattern LINE =
            Pattern.compile("src=([0-9a-fA-F.:]+) .*last_seen: ([0-9]+) .*");

    private RecentList() {}

    /// The lists that there are.
    public static Set<String> names() throws IOException {
        try (Stream<Path> lists = Files.list(FOLDER)) {
            return lists.map(list -> list.getFileName().toString()).collect(Collectors.toSet());
        } catch (NoSuchFileException | AccessDeniedException _) {
            return Set.of();
        }
    }

    /// The addresses, and when each was seen last: in ticks of the kernel's, to be compared only.
    /// Empty if no rule has such a list.
    ///
    /// @param name of the match's `--name`
    public static Map<InetAddress, Long> read(String name) throws IOException {
        Map<InetAddress, Long> seen = new HashMap<>();
        try {
            for (String line : Files.readAllLines(FOLDER.resolve(name))) {
                Matcher fields = LINE.matcher(line);
                if (fields.matches()) {
                    seen.put(
                            InetAddress.ofLiteral(fields.group(1)),
                            Long.parseUnsignedLong(fields.group(2)));
                }
            }
        } catch (NoSuchFileException | AccessDeniedException _) {
            return Map.of();
        }
        return seen;
    }
}
