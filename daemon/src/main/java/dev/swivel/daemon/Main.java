package dev.swivel.daemon;

import picocli.CommandLine;

/// The only entry point.
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(commandLine().execute(GoFlags.normalize(args)));
    }

    static CommandLine commandLine() {
        CommandLine line =
                new CommandLine(new SwivelCommand()).setCaseInsensitiveEnumValuesAllowed(true);
        return OptionGroups.show(GoFlags.accept(line));
    }
}
