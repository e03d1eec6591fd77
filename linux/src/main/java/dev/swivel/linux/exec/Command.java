package dev.swivel.linux.exec;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A program with its arguments, input, extra environment and time limit. Immutable: each `with`
/// method gives a changed copy. No shell is involved.
///
/// Waits on the calling thread. An interrupt kills the program.
public final class Command {
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);
    private static final Input NO_INPUT = _ -> {};
    private static final int LONGEST_SHOWN = 300;

    private final List<String> arguments;
    private final Input input;
    private final Map<String, String> environment;
    private final Duration timeout;

    private Command(
            List<String> arguments,
            Input input,
            Map<String, String> environment,
            Duration timeout) {
        if (arguments.isEmpty()) {
            throw new IllegalArgumentException("a command needs a program");
        }
        this.arguments = List.copyOf(arguments);
        this.input = input;
        this.environment = Map.copyOf(environment);
        this.timeout = timeout;
    }

    /// A command with no input, the environment of this process, and 30 seconds of time.
    public static Command of(String... arguments) {
        return of(List.of(arguments));
    }

    /// Like [#of(String...)].
    public static Command of(List<String> arguments) {
        return new Command(arguments, NO_INPUT, Map.of(), DEFAULT_TIMEOUT);
    }

    /// What a program is to read, made while it reads.
    public interface Input {
        /// Called on a thread of its own, for each run.
        ///
        /// @param stdin ends when this returns
        void writeTo(OutputStream stdin) throws IOException;
    }

    /// Bytes to stream to standard input. They are not copied.
    public Command withInput(byte[] bytes) {
        return withInput(stdin -> stdin.write(bytes));
    }

    public Command withInput(Input made) {
        return new Command(arguments, made, environment, timeout);
    }

    /// Adds a variable to the inherited environment.
    public Command withEnvironment(String name, String value) {
        return withEnvironment(Map.of(name, value));
    }

    /// Adds variables to the inherited environment.
    public Command withEnvironment(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(environment);
        all.putAll(more);
        return new Command(arguments, input, all, timeout);
    }

    /// The time after which the program is killed.
    public Command withTimeout(Duration limit) {
        return new Command(arguments, input, environment, limit);
    }

    /// Runs the program to its end.
    ///
    /// @throws CommandException when it cannot be started, is too slow, or exits with other than 0
    public Output run() throws CommandException {
        Output output = runAnyExit();
        if (output.exitCode() != 0) {
            throw failure(output);
        }
        return output;
    }

    /// Runs the program to its end, whatever its exit code.
    ///
    /// @throws CommandException when it cannot be started or is too slow
    public Output runAnyExit() throws CommandException {
        Path program =
                Programs.find(program())
                        .orElseThrow(() ->
                                new CommandException(
                                        Programs.remedy(program())
                                                + " (wanted for: "
                                                + line()
                                                + ")",
                                        arguments,
                                        CommandException.NOT_FOUND,
                                        ""));
        return new Execution(this, program).run();
    }

    /// The exception for a program that exited with other than 0.
    public CommandException failure(Output output) {
        String said = output.stderr().isEmpty() ? "nothing on stderr" : output.stderr();
        return new CommandException(
                line() + ": exit code " + output.exitCode() + ": " + said,
                arguments,
                output.exitCode(),
                output.stderr());
    }

    /// The program and its arguments.
    public List<String> arguments() {
        return arguments;
    }

    Input input() {
        return input;
    }

    Map<String, String> environment() {
        return environment;
    }

    Duration timeout() {
        return timeout;
    }

    /// The program as given, the first argument.
    public String program() {
        return arguments.getFirst();
    }

    @Override
    public String toString() {
        return line();
    }

    /// The command line for people, cut when long.
    public String line() {
        String line = String.join(" ", arguments);
        return line.length() <= LONGEST_SHOWN ? line : line.substring(0, LONGEST_SHOWN) + "...";
    }
}
