package dev.swivel.lab;

import dev.swivel.lab.bench.BenchCommand;
import dev.swivel.lab.bench.RelayBenchCommand;
import dev.swivel.lab.bench.TrainCommand;
import dev.swivel.lab.demo.DemoCommand;
import dev.swivel.lab.demo.DownCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// `swivel-lab`: a cluster on one machine.
@Command(
        name = "swivel-lab",
        mixinStandardHelpOptions = true,
        subcommands = {
            DemoCommand.class,
            DownCommand.class,
            BenchCommand.class,
            RelayBenchCommand.class,
            TrainCommand.class
        },
        description =
                "A Kubernetes cluster made of network namespaces on this machine, with Swivel on its nodes.")
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(
                new CommandLine(new Main())
                        .setCaseInsensitiveEnumValuesAllowed(true)
                        .execute(args));
    }
}
