package dev.swivel.lab.bench;

import dev.swivel.lab.bench.RelayBench.Running;
import dev.swivel.lab.bench.seam.SeamBench;
import dev.swivel.lab.bench.seam.SeamFigures;
import dev.swivel.linux.exec.Command;
import dev.swivel.linux.exec.CommandException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/// `swivel-lab bench-relay`.
@CommandLine.Command(
        name = "bench-relay",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Measures mode userspace beside HAProxy (TCP mode with splice; addressed directly, and by a DNAT rule as Swivel is) and beside the direct path, in network namespaces: bulk, new connections, small requests, datagrams, idle connections; and what a change costs at several sizes. Needs root. Removes all it made.",
            "",
            "Writes relay.json (all values), relay.md and relay.html (plots; needs no network), and the proxies' logs."
        })
public final class RelayBenchCommand implements Callable<Integer> {
    @Option(
            names = "--rounds",
            defaultValue = "20",
            description =
                    "How often each load is taken through each way; some every second or third time. Default: ${DEFAULT-VALUE}.")
    int rounds;

    @Option(
            names = "--time",
            paramLabel = "MS",
            defaultValue = "200",
            description =
                    "How long at a time, milliseconds; bulk takes seven times that. Default: ${DEFAULT-VALUE}.")
    int millis;

    @Option(
            names = "--services",
            split = ",",
            paramLabel = "SERVICESxENDPOINTS",
            defaultValue = "100x10,1000x10,10000x10",
            description =
                    "Sizes at which the change of one endpoint is measured, beside each other. Default: ${DEFAULT-VALUE}.")
    List<String> sizes = List.of();

    @Option(
            names = "--changes",
            defaultValue = "200",
            description = "Changes at each size. Default: ${DEFAULT-VALUE}.")
    int changes;

    @Option(
            names = "--idle",
            paramLabel = "CONNECTIONS",
            defaultValue = "10000",
            description =
                    "Idle connections, at most; their memory is counted up to 10,000. Default: ${DEFAULT-VALUE}.")
    int idle;

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
        List<Running> ways = new CopyOnWriteArrayList<>();
        List<SeamFigures> seam = changes(progress);
        Path files = Files.createDirectories(output.resolve("relay"));
        try (RelayNetwork network = RelayNetwork.create();
                RelayServer server = new RelayServer(network.endpoint())) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(ways, network)));
            RelayBench bench = new RelayBench(server, progress, Duration.ofMillis(millis));
            try {
                for (RelaySubject subject : subjects(files, progress)) {
                    Running started = RelayBench.start(subject, network, output);
                    ways.add(started);
                    also(subject).ifPresent(also -> ways.add(started.asked(also, network)));
                }
                progress.heading("to warm up");
                bench.round(ways.stream().map(Running::afresh).toList(), 1);
                for (int round = 1; round <= rounds; round++) {
                    progress.heading("round " + round);
                    bench.round(ways, round);
                }
                progress.heading("idle connections");
                for (Running way : ways) {
                    if (way.own()) {
                        bench.idle(way, idle);
                    }
                }
            } finally {
                ways.forEach(Running::close);
            }
        }
        RelayReport report =
                new RelayReport(
                        Surroundings.machine(), ways.stream().map(Running::figures).toList(), seam);
        report.write(output);
        progress.line("");
        progress.line(report.markdown());
        progress.line("written: " + output.resolve("relay.html") + ", relay.md, relay.json");
        return 0;
    }

    private List<SeamFigures> changes(Progress progress) throws IOException {
        progress.heading("one endpoint changes, at the seam");
        List<SeamFigures> figures =
                SeamBench.userspace(sizes.stream().map(Size::parse).toList(), Math.max(changes, 1));
        figures.forEach(each -> progress.step("swivel", MarkdownTable.row(each).toString()));
        return figures;
    }

    /// The other address of a proxy.
    private static Optional<RelaySubject> also(RelaySubject subject) {
        return switch (subject.name()) {
            case "haproxy" -> Optional.of(subject.captured());
            case "swivel" -> Optional.of(subject.kept());
            default -> Optional.empty();
        };
    }

    /// Also on Ctrl-C.
    private static void remove(List<Running> ways, RelayNetwork network) {
        ways.forEach(Running::close);
        network.close();
    }

    private static List<RelaySubject> subjects(Path files, Progress progress) throws IOException {
        List<RelaySubject> subjects = new ArrayList<>();
        subjects.add(RelaySubject.direct());
        try {
            progress.line(Command.of("haproxy", "-v").run().text().lines().findFirst().orElse("?"));
            subjects.add(RelaySubject.haproxy(files));
        } catch (CommandException _) {
            progress.line("haproxy is not installed: without it (scripts/setup.sh bench)");
        }
        subjects.add(RelaySubject.swivel(files));
        return subjects;
    }
}
