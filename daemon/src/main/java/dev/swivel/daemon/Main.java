package dev.swivel.daemon;

import picocli.CommandLine;

/// The only entry point.
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        StandardOutput output = new StandardOutput();
        int exitCode = commandLine().setOut(output.writer()).execute(GoFlags.normalize(args));
        System.exit(output.settle(exitCode));
    }

    static CommandLine commandLine() {
        CommandLine line =
                new CommandLine(new SwivelCommand()).setCaseInsensitiveEnumValuesAllowed(true);
        return OptionGroups.show(GoFlags.accept(line));
    }
}
