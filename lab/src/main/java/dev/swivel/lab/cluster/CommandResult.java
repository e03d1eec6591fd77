package dev.swivel.lab.cluster;

import java.util.List;

/// How a command ended.
///
/// @param exitCode 0 to 255, or 128 + the signal's number
public record CommandResult(List<String> argv, int exitCode, String stdout, String stderr) {
    public boolean succeeded() {
        return exitCode == 0;
    }

    /// The output of a command that must not fail.
    ///
    /// @throws IllegalStateException with the command and its error output
    public String orThrow() {
        if (!succeeded()) {
            throw new IllegalStateException(
                    "%s: exit code %d: %s"
                            .formatted(String.join(" ", argv), exitCode, stderr.strip()));
        }
        return stdout;
    }
}
