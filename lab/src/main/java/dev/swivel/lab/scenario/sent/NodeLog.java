package dev.swivel.lab.scenario.sent;

import dev.swivel.lab.scenario.ObjectName;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// What the Swivel of one node has logged since the last look.
final class NodeLog {
    private static final Pattern ERROR = Pattern.compile("^E\\d{4} ");
    private static final Pattern PROBLEM =
            Pattern.compile(
                    "^W\\d{4} .*?\\] (Service|EndpointSlice|Node) (?:(\\S+?)/)?(\\S+): (\\w+): ");

    private final Path file;
    private long read;

    NodeLog(Path file) {
        this.file = file;
    }

    Path file() {
        return file;
    }

    /// @param errors lines at level ERROR
    /// @param problems the reasons reported for each object, sorted
    record News(List<String> errors, Map<ObjectName, List<String>> problems) {}

    News news() throws IOException {
        List<String> errors = new ArrayList<>();
        Map<ObjectName, List<String>> problems = new HashMap<>();
        for (String line : unread().split("\n", -1)) {
            if (ERROR.matcher(line).find()) {
                errors.add(line);
            }
            var problem = PROBLEM.matcher(line);
            if (problem.find()) {
                String namespace = problem.group(2) == null ? "" : problem.group(2);
                problems.computeIfAbsent(
                                new ObjectName(problem.group(1), namespace, problem.group(3)),
                                _ -> new ArrayList<>())
                        .add(problem.group(4));
            }
        }
        problems.values().forEach(reasons -> reasons.sort(null));
        return new News(errors, problems);
    }

    private String unread() throws IOException {
        if (!Files.exists(file)) {
            return "";
        }
        try (var log = new RandomAccessFile(file.toFile(), "r")) {
            log.seek(read);
            byte[] bytes = new byte[Math.toIntExact(log.length() - read)];
            log.readFully(bytes);
            read += bytes.length;
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }
}
