package dev.swivel.linux.iptables;

import dev.swivel.linux.exec.CommandException;

/// Another program holds the xtables lock, or changed the table while ours was at it. Nothing was
/// written; the same script may work a moment later.
public final class ResourceBusyException extends CommandException {
    private static final long serialVersionUID = 1L;

    ResourceBusyException(CommandException cause) {
        super(
                String.valueOf(cause.getMessage()),
                cause.command(),
                cause.exitCode(),
                cause.stderr(),
                cause);
    }
}
