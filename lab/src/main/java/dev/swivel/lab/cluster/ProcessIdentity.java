package dev.swivel.lab.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// A process, told apart from a later one with the same id by the time it was started.
///
/// @param started clock ticks since boot, field 22 of `/proc/PID/stat`, proc(5)
record ProcessIdentity(long pid, long started) {
    private static final int STARTED_AFTER_NAME = 19; // field 22, counted from field 3

    static ProcessIdentity own() {
        return of(ProcessHandle.current().pid())
                .orElseThrow(() -> new IllegalStateException("/proc is not mounted"));
    }

    /// Empty if there is no such process.
    static Optional<ProcessIdentity> of(long pid) {
        try {
            var stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            // The name in parentheses may itself hold spaces and parentheses.
            var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return Optional.of(
                    new ProcessIdentity(pid, Long.parseLong(fields[STARTED_AFTER_NAME])));
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /// Reads what [#text()] writes; empty if it is something else.
    static Optional<ProcessIdentity> parse(String text) {
        var words = text.strip().split(" ", -1);
        try {
            return words.length == 2
                    ? Optional.of(
                            new ProcessIdentity(Long.parseLong(words[0]), Long.parseLong(words[1])))
                    : Optional.empty();
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }

    String text() {
        return pid + " " + started + "\n";
    }

    boolean isAlive() {
        return of(pid).filter(this::equals).isPresent();
    }
}
