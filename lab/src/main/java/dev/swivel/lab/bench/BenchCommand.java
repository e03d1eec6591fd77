package dev.swivel.lab.bench;

import dev.swivel.lab.bench.seam.SeamBench;
import dev.swivel.lab.cluster.IptablesFlavour;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `swivel-lab bench`.
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Measures Swivel in network namespaces, with an API of its own and real connections: update latency beside what the iptables program alone needs, cold start, memory, CPU, connection latency, bursts; mode ipvs in a kernel that has IPVS, beside the standard tools. Needs root. Removes all it made.",
            "",
            "Writes bench.json (all values), bench.md and bench.html (plots; needs no network), and the proxies' logs."
        },
        footer = {
            "",
            "Examples:",
            "  swivel-lab bench                                       some minutes",
            "  swivel-lab bench --size 1000x10,5000x10,30000x4 --iptables legacy,nft --updates 100",
            "  swivel-lab bench --size 5000x10 --kube-proxy ./kube-proxy"
        })
public final class BenchCommand implements Callable<Integer> {
    @Option(
            names = "--size",
            split = ",",
            paramLabel = "SERVICESxENDPOINTS",
            defaultValue = "1000x10,5000x10",
            description = "Sizes to measure. Default: ${DEFAULT-VALUE}.")
    List<String> sizes = List.of();

    @Option(
            names = "--iptables",
            split = ",",
            paramLabel = "FLAVOUR",
            defaultValue = "LEGACY",
            description = "legacy (default), nft, or both.")
    List<IptablesFlavour> flavours = List.of();

    @Option(
            names = "--kube-proxy",
            paramLabel = "PATH",
            description = "A kube-proxy to measure beside, in the same run.")
    @Nullable Path kubeProxy;

    @Option(names = "--no-swivel", description = "Measure only what --kube-proxy names.")
    boolean noSwivel;

    @Option(
            names = "--java-opts",
            paramLabel = "OPTIONS",
            defaultValue = "",
            description = "More options for Swivel's JVM, to compare.")
    String javaOptions = "";

    @Option(
            names = "--starts",
            defaultValue = "3",
            description = "Cold starts. Default: ${DEFAULT-VALUE}.")
    int starts;

    @Option(
            names = "--updates",
            defaultValue = "20",
            description = "Single-endpoint changes. Default: ${DEFAULT-VALUE}.")
    int updates;

    @Option(
            names = "--connections",
            defaultValue = "3000",
            description = "New connections on each way. Default: ${DEFAULT-VALUE}.")
    int connections;

    @Option(
            names = "--burst",
            defaultValue = "1000",
            description = "Changes within one second; 0 for none. Default: ${DEFAULT-VALUE}.")
    int burst;

    @Option(
            names = "--rest",
            paramLabel = "MS",
            defaultValue = "1200",
            description =
                    "Pause between updates, milliseconds; proxies rest up to 1000 after a sync. Default: ${DEFAULT-VALUE}.")
    int restMillis;

    @Option(
            names = "--settle",
            paramLabel = "S",
            defaultValue = "15",
            description =
                    "Seconds of rest before memory is read, and for which the processor time of doing nothing is measured then. Default: ${DEFAULT-VALUE}.")
    int settleSeconds;

    @Option(
            names = "--patience",
            paramLabel = "S",
            defaultValue = "180",
            description =
                    "Seconds after which a first sync or an update counts as not finished. Default: ${DEFAULT-VALUE}.")
    int patienceSeconds;

    @Option(
            names = "--ipvs",
            split = ",",
            paramLabel = "SERVICESxENDPOINTS",
            defaultValue = "100x10,1000x10,10000x10",
            description =
                    "Sizes for mode ipvs, measured beside each other in a kernel that has IPVS. Default: ${DEFAULT-VALUE}.")
    List<String> ipvsSizes = List.of();

    @Option(names = "--no-ipvs", description = "Leave mode ipvs out.")
    boolean noIpvs;

    @Option(
            names = "--ipvs-changes",
            defaultValue = "200",
            description =
                    "Single-endpoint changes at each size in mode ipvs. Default: ${DEFAULT-VALUE}.")
    int ipvsChanges;

    @Option(names = "--only-ipvs", description = "Measure mode ipvs, and nothing else.")
    boolean onlyIpvs;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "DIR",
            defaultValue = "bench",
            description = "Where to write the results. Default: ./${DEFAULT-VALUE}.")
    Path output = Path.of("bench");

    @Override
    public Integer call() throws IOException {
        if ((Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid") != 0) {
            System.err.println("bench makes network namespaces and needs root: sudo make bench");
            return 1;
        }
        Progress progress = new Progress(System.out);
        BenchPlan plan = plan();
        Files.createDirectories(output);
        Report report = new Report(Surroundings.look(plan), new ArrayList<>(), new ArrayList<>());
        if (!noIpvs) {
            measureIpvs(report, progress);
        }
        if (!onlyIpvs) {
            measureProxies(plan, report, progress);
        }
        progress.line("");
        progress.line(MarkdownTable.of(report));
        progress.line("written: " + output.resolve("bench.html") + ", bench.md, bench.json");
        boolean good = report.figures().stream().allMatch(figures -> figures.problem == null);
        return good ? 0 : 1;
    }

    private void measureIpvs(Report report, Progress progress) throws IOException {
        progress.heading("mode ipvs, at the seam, in " + SeamBench.ipvsKernel());
        var _ =
                SeamBench.ipvs(
                        ipvsSizes.stream().map(Size::parse).toList(),
                        Math.max(ipvsChanges, 1),
                        figures -> {
                            report.ipvs().add(figures);
                            progress.step("ipvs", MarkdownTable.row(figures).toString());
                        });
        report.write(output);
    }

    private void measureProxies(BenchPlan plan, Report report, Progress progress)
            throws IOException {
        try (BenchFiles files = BenchFiles.create()) {
            for (Size size : plan.sizes()) {
                for (IptablesFlavour flavour : plan.flavours()) {
                    for (Subject subject : plan.subjects()) {
                        progress.heading(
                                "%s, %d services with %d endpoints each, iptables %s"
                                        .formatted(
                                                subject.name(),
                                                size.services(),
                                                size.endpoints(),
                                                BenchCluster.label(flavour)));
                        report.figures()
                                .add(
                                        ProxyBench.run(
                                                plan,
                                                subject,
                                                size,
                                                flavour,
                                                files.directory(),
                                                output,
                                                progress));
                        report.write(output); // what there is, should it be interrupted
                    }
                }
            }
        }
    }

    private BenchPlan plan() {
        List<Subject> subjects = new ArrayList<>();
        if (!noSwivel) {
            subjects.add(Subject.swivel(javaOptions));
        }
        if (kubeProxy != null) {
            subjects.add(Subject.kubeProxy(kubeProxy));
        }
        return new BenchPlan(
                sizes.stream().map(Size::parse).toList(),
                flavours,
                subjects,
                Math.max(starts, 1),
                Math.max(updates, 1),
                Math.max(connections, 1),
                burst,
                Duration.ofMillis(restMillis),
                Duration.ofSeconds(settleSeconds),
                Duration.ofSeconds(patienceSeconds));
    }
}
