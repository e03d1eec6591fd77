package dev.swivel.lab.demo;

import dev.swivel.lab.cluster.LabCluster;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// `swivel-lab down`.
@Command(
        name = "down",
        mixinStandardHelpOptions = true,
        description = "Removes a demo that was left standing, and what killed ones have left.")
public final class DownCommand implements Callable<Integer> {
    @Override
    public Integer call() throws IOException, InterruptedException {
        boolean stood = KeptDemo.stop();
        LabCluster.removeLeftovers();
        System.out.println(stood ? "the demo's cluster is removed" : "no demo stands");
        return 0;
    }
}
