package dev.swivel.lab.cluster;

import dev.swivel.linux.exec.Command;
import dev.swivel.linux.exec.CommandException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;

/// Makes and removes namespaces many at a time, with one process for all.
final class Namespaces {
    private static final Path DIRECTORY = Path.of("/run/netns");

    private Namespaces() {}

    static void create(Collection<String> names) throws CommandException {
        batch("add", names);
    }

    /// Kills what runs in the namespaces and removes those that exist.
    static void remove(Collection<String> names) throws IOException {
        var existing =
                names.stream().filter(name -> Files.exists(DIRECTORY.resolve(name))).toList();
        if (existing.isEmpty()) {
            return;
        }
        killProcessesIn(existing);
        batch("delete", existing);
    }

    private static void batch(String verb, Collection<String> names) throws CommandException {
        var script =
                names.stream()
                        .map(name -> "netns " + verb + " " + name + "\n")
                        .collect(Collectors.joining());
        Command.of("ip", "-force", "-batch", "-")
                .withInput(script.getBytes(StandardCharsets.UTF_8))
                .run();
    }

    /// A namespace lives on, without a name, as long as a process is in it.
    private static void killProcessesIn(Collection<String> names) throws IOException {
        Set<String> wanted = new HashSet<>();
        for (var name : names) {
            // As the links in /proc/PID/ns read, namespaces(7).
            wanted.add("net:[" + Files.getAttribute(DIRECTORY.resolve(name), "unix:ino") + "]");
        }
        ProcessHandle.allProcesses()
                .filter(process -> process.pid() != ProcessHandle.current().pid())
                .filter(process -> wanted.contains(namespaceOf(process)))
                .forEach(ProcessHandle::destroyForcibly);
    }

    private static String namespaceOf(ProcessHandle process) {
        try {
            return Files.readSymbolicLink(
                            Path.of("/proc", Long.toString(process.pid()), "ns", "net"))
                    .toString();
        } catch (IOException _) {
            return ""; // has ended meanwhile
        }
    }
}
