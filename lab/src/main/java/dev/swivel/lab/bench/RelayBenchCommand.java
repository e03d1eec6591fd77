package dev.swivel.lab.bench;

import dev.swivel.lab.bench.RelayBench.Running;
import dev.swivel.linux.exec.Command;
import dev.swivel.linux.exec.CommandException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/// `swivel-lab bench-relay`.
@CommandLine.Command(
        name = "bench-relay",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Measures mode userspace beside HAProxy (TCP mode with splice) and beside the direct path, in network namespaces: bulk, new connections, small requests, datagrams, idle connections. Needs root. Removes all it made.",
            "",
            "Writes relay.json (all values), relay.md and relay.html (a plot; needs no network), and the proxies' logs."
        })
public final class RelayBenchCommand implements Callable<Integer> {
    @Option(
            names = "--rounds",
            defaultValue = "5",
            description = "Rounds; the median counts. Default: ${DEFAULT-VALUE}.")
    int rounds;

    @Option(
            names = "--time",
            paramLabel = "MS",
            defaultValue = "2000",
            description = "Of each load, milliseconds. Default: ${DEFAULT-VALUE}.")
    int millis;

    @Option(
            names = "--requests",
            defaultValue = "20000",
            description = "Small requests in a round. Default: ${DEFAULT-VALUE}.")
    int requests;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "DIR",
            defaultValue = "bench",
            description = "Where to write the results. Default: ./${DEFAULT-VALUE}.")
    Path output = Path.of("bench");

    @Override
    public Integer call() throws IOException, InterruptedException {
        if ((Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid") != 0) {
            System.err.println("bench-relay makes network namespaces and needs root");
            return 1;
        }
        Files.createDirectories(output);
        Progress progress = new Progress(System.out);
        List<Running> ways = new ArrayList<>();
        Path files = Files.createTempDirectory("swivel-relay-");
        try (RelayNetwork network = RelayNetwork.create();
                RelayServer server = new RelayServer(network.endpoint())) {
            RelayBench bench =
                    new RelayBench(server, progress, Duration.ofMillis(millis), requests);
            try {
                for (RelaySubject subject : subjects(files, progress)) {
                    ways.add(RelayBench.start(subject, network, output));
                }
                for (int round = 1; round <= rounds; round++) {
                    progress.heading("round " + round);
                    for (Running way : ways) {
                        bench.round(way);
                    }
                }
                progress.heading("idle connections");
                for (Running way : ways) {
                    bench.idle(way);
                }
            } finally {
                ways.forEach(Running::close);
            }
        }
        RelayReport report =
                new RelayReport(
                        Surroundings.machine(), ways.stream().map(Running::figures).toList());
        report.write(output);
        progress.line("");
        progress.line(report.markdown());
        progress.line("written: " + output.resolve("relay.html") + ", relay.md, relay.json");
        return 0;
    }

    private static List<RelaySubject> subjects(Path files, Progress progress) throws IOException {
        List<RelaySubject> subjects = new ArrayList<>();
        subjects.add(RelaySubject.direct());
        try {
            progress.line(Command.of("haproxy", "-v").run().text().lines().findFirst().orElse("?"));
            subjects.add(RelaySubject.haproxy(files));
        } catch (CommandException _) {
            progress.line("haproxy is not installed: without it");
        }
        subjects.add(RelaySubject.swivel("swivel", files, "10.200.0.0/16"));
        return subjects;
    }
}
