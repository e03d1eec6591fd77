package dev.swivel.daemon;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `swivel completion`: a script that lets a shell complete this command line.
@Command(
        name = "completion",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpAutoWidth = true,
        exitCodeOnInvalidInput = 1,
        header = "Prints a script that lets your shell complete swivel's command line.",
        footer = {
            "",
            "Examples:",
            "  source <(swivel completion bash)                              # this shell",
            "  swivel completion bash > /etc/bash_completion.d/swivel        # every shell",
            "  swivel completion zsh > \"$${fpath[1]}/_swivel\"               # zsh, by its bashcompinit",
            "",
            "Exit codes: 0 printed, 1 wrong usage."
        })
final class CompletionCommand implements Callable<Integer> {
    enum Shell {
        BASH,
        ZSH
    }

    @Parameters(paramLabel = "SHELL", description = "bash or zsh.")
    Shell shell = Shell.BASH;

    @Spec CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        String script = AutoComplete.bash("swivel", spec.root().commandLine());
        var out = spec.commandLine().getOut();
        out.print(shell == Shell.ZSH ? "#compdef swivel\n" + script : script);
        out.flush();
        return 0;
    }
}
