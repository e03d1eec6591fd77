package dev.swivel.daemon;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `swivel man`: the manual page.
@Command(
        name = "man",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true,
        exitCodeOnInvalidInput = 1,
        header = "Prints the manual page, for man(1).",
        footer = {
            "",
            "Examples:",
            "  swivel man | man -l -",
            "  swivel man > /usr/local/share/man/man1/swivel.1",
            "",
            "Exit codes: 0 printed, 1 wrong usage."
        })
final class ManCommand implements Callable<Integer> {
    @Spec CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        var out = spec.commandLine().getOut();
        out.print(ManPage.of(spec.root()));
        out.flush();
        return 0;
    }
}
