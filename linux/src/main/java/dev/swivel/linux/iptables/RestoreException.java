package dev.swivel.linux.iptables;

import dev.swivel.linux.exec.CommandException;
import java.util.OptionalInt;

/// A restore script was refused. The message shows the line the program named and its neighbours.
public final class RestoreException extends CommandException {
    private static final long serialVersionUID = 1L;

    private final int line;

    RestoreException(CommandException cause, String context, int line) {
        super(
                cause.getMessage() + context,
                cause.command(),
                cause.exitCode(),
                cause.stderr(),
                cause);
        this.line = line;
    }

    /// The number of the refused line, from 1, if the program named one. For an error at commit
    /// this can be the `COMMIT` line.
    public OptionalInt line() {
        return line > 0 ? OptionalInt.of(line) : OptionalInt.empty();
    }
}
