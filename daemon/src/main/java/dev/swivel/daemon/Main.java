package dev.swivel.daemon;

import picocli.CommandLine;

/// The only entry point.
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        CommandLine line = OptionGroups.show(GoFlags.accept(new CommandLine(new SwivelCommand())));
        System.exit(line.execute(GoFlags.normalize(args)));
    }
}
