package dev.swivel.daemon;

import picocli.CommandLine;

/// The only entry point.
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new SwivelCommand()).setCaseInsensitiveEnumValuesAllowed(true);
    }
}
