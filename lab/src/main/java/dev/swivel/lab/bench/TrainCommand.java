package dev.swivel.lab.bench;

import dev.swivel.lab.cluster.Daemon;
import dev.swivel.lab.cluster.IptablesFlavour;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `swivel-lab train`: lets Swivel do once what it does on a node, and keeps the classes that this
/// loaded as an AOT cache (JEP 483, 514), which the launcher then starts from.
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        description =
                "Makes the AOT cache that shortens Swivel's start, by running it in a network namespace. Needs root.")
public final class TrainCommand implements Callable<Integer> {
    private static final Size CLUSTER = new Size(200, 10);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration AUDITS = Duration.ofSeconds(3);
    private static final Duration ASSEMBLY = Duration.ofMinutes(3);

    @Parameters(
            index = "0",
            paramLabel = "FILE",
            description = "The cache to write; with --root, as it is called in there.")
    Path file = Path.of("swivel.aot");

    @Option(
            names = "--root",
            paramLabel = "DIR",
            description =
                    "An unpacked container image, whose Swivel and Java runtime are to be trained. Default: this distribution's.")
    @Nullable Path root;

    @Option(
            names = "--iptables",
            paramLabel = "FLAVOUR",
            defaultValue = "LEGACY",
            description =
                    "legacy or nft. Default: ${DEFAULT-VALUE}, for which more classes are needed.")
    IptablesFlavour flavour = IptablesFlavour.LEGACY;

    /// To be filled in from a command line.
    TrainCommand() {}

    /// @param file the cache to write
    public TrainCommand(Path file) {
        this.file = file;
    }

    @Override
    public Integer call() throws IOException {
        try (BenchFiles files = BenchFiles.create();
                BenchCluster cluster = BenchCluster.start(CLUSTER, flavour, files.directory())) {
            Path log = files.directory().resolve("swivel.log");
            String option = "-XX:AOTCacheOutput=" + file.toAbsolutePath();
            Subject swivel = root == null ? Subject.swivel(option) : Subject.swivelIn(root, option);
            Daemon daemon = cluster.start(swivel, log);
            try {
                work(cluster);
            } catch (IOException e) {
                throw new IOException(
                        e.getMessage() + "; Swivel said:\n" + Files.readString(log), e);
            }
            if (!daemon.stop(ASSEMBLY) || !Files.exists(written())) {
                System.err.println("no AOT cache was made:\n" + Files.readString(log));
                return 1;
            }
        }
        return 0;
    }

    private Path written() {
        return root == null ? file : root.resolve("." + file.toAbsolutePath());
    }

    /// Start, an update, a scrape, audits.
    private static void work(BenchCluster cluster) throws IOException {
        int probe = cluster.objects().lastProbe();
        var address = cluster.serviceAddress(probe);
        double _ =
                Patience.of(PATIENCE)
                        .await(
                                "first sync",
                                () -> ConnectTimes.reachable(cluster.client(), List.of(address)));
        for (String pod : List.of("two", "one")) {
            cluster.objects().pointProbe(probe, BenchCluster.text(cluster.pod(pod)));
            Patience.rest(Duration.ofSeconds(1));
            long _ = Commits.of(cluster.node());
        }
        Patience.rest(AUDITS);
    }
}
