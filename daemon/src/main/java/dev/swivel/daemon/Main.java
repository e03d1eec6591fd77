package dev.swivel.daemon;

import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;

/// The only entry point.
public final class Main {
    private static final List<Class<?>> COMMANDS =
            List.of(
                    RenderCommand.class,
                    PlanCommand.class,
                    CheckCommand.class,
                    CleanupCommand.class,
                    CompletionCommand.class,
                    ManCommand.class);

    private Main() {}

    public static void main(String[] args) {
        CommandLine line = asksForDaemon(args) ? daemonLine() : commandLine();
        StandardOutput output = new StandardOutput();
        int exitCode = line.setOut(output.writer()).execute(GoFlags.normalize(args));
        System.exit(output.settle(exitCode));
    }

    /// Surely: no argument can be the name of a command, and none asks for help, which lists them.
    /// To learn what the commands take costs a daemon's start a tenth of a second.
    private static boolean asksForDaemon(String[] args) {
        return Arrays.stream(args)
                .allMatch(arg -> arg.startsWith("--") && !arg.startsWith("--help"));
    }

    /// With all commands.
    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new SwivelCommand());
        COMMANDS.forEach(line::addSubcommand);
        return configured(line);
    }

    static CommandLine daemonLine() {
        return configured(new CommandLine(new SwivelCommand()));
    }

    private static CommandLine configured(CommandLine line) {
        line.setCaseInsensitiveEnumValuesAllowed(true);
        return OptionGroups.show(GoFlags.accept(line));
    }
}
