package dev.swivel.linux.exec;

import java.io.IOException;
import java.util.List;

/// A program could not be started, did not end in time, or ended with an exit code other than 0.
/// The message says which program with which arguments, and what it said.
public class CommandException extends IOException {
    private static final long serialVersionUID = 1L;

    /// In place of an exit code: the program is not installed.
    public static final int NOT_FOUND = -1;

    /// In place of an exit code: the program was killed at its time limit.
    public static final int TIMED_OUT = -2;

    /// In place of an exit code: starting the program or talking to it failed.
    public static final int IO_FAILED = -3;

    private final List<String> command;
    private final int exitCode;
    private final String stderr;

    public CommandException(
            String message, List<String> command, int exitCode, String stderr, Throwable... cause) {
        super(message, cause.length == 0 ? null : cause[0]);
        this.command = List.copyOf(command);
        this.exitCode = exitCode;
        this.stderr = stderr;
    }

    /// The program and its arguments.
    public List<String> command() {
        return command;
    }

    /// The exit code (128 + signal number for a killed program), or one of the constants here.
    public int exitCode() {
        return exitCode;
    }

    /// What the program wrote to its standard error, trimmed and cut at the capture limit.
    public String stderr() {
        return stderr;
    }
}
