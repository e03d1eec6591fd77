package dev.swivel.lab.bench;

import dev.swivel.lab.cluster.Daemon;
import dev.swivel.lab.cluster.IptablesFlavour;
import dev.swivel.lab.traffic.Probe;
import dev.swivel.lab.traffic.ProbeResult;
import dev.swivel.linux.exec.Command;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Measures one proxy on one cluster: starts, updates beside the floor, connections, bursts.
final class ProxyBench {
    private static final List<String> PODS = List.of("one", "two");
    private static final int BURSTS = 3;
    private static final Duration BURST_LENGTH = Duration.ofSeconds(1);
    private static final Duration BETWEEN_BURSTS = Duration.ofSeconds(3);

    private final BenchPlan plan;
    private final Subject subject;
    private final IptablesFlavour flavour;
    private final BenchCluster cluster;
    private final NodeTables tables;
    private final Path log;
    private final Progress progress;
    private final Figures figures;
    private int turn;
    private String chainOfFirstPod = "";

    private ProxyBench(
            BenchPlan plan,
            Subject subject,
            IptablesFlavour flavour,
            BenchCluster cluster,
            NodeTables tables,
            Path log,
            Progress progress,
            Figures figures) {
        this.plan = plan;
        this.subject = subject;
        this.flavour = flavour;
        this.cluster = cluster;
        this.tables = tables;
        this.log = log;
        this.progress = progress;
        this.figures = figures;
    }

    /// Measures what can be measured. What fails is told in the figures, and ends this proxy's
    /// part.
    ///
    /// @param directory for what is of no use afterwards
    /// @param logs for the proxy's log
    static Figures run(
            BenchPlan plan,
            Subject subject,
            Size size,
            IptablesFlavour flavour,
            Path directory,
            Path logs,
            Progress progress) {
        Figures figures = new Figures(subject.name(), BenchCluster.label(flavour), size);
        try (BenchCluster cluster = BenchCluster.start(size, flavour, directory)) {
            NodeTables tables = NodeTables.of(cluster.node(), flavour, directory);
            Path log =
                    logs.resolve("%s-%s-%s.log".formatted(subject.name(), figures.flavour, size));
            var _ = Files.deleteIfExists(log);
            new ProxyBench(plan, subject, flavour, cluster, tables, log, progress, figures).run();
        } catch (IOException e) {
            figures.problem = e.getMessage();
            progress.step("failed", String.valueOf(e.getMessage()));
        }
        return figures;
    }

    private void run() throws IOException {
        List<Double> starts = new ArrayList<>();
        List<Double> startCpu = new ArrayList<>();
        StartFloor startFloor = cluster.startFloor();
        for (int i = 1; i < plan.starts(); i++) {
            try (Daemon _ = start(starts, startCpu)) {
                Patience.rest(plan.rest());
            }
            progress.step("floor", startFloor.measure());
            tables.reset();
        }
        try (Daemon daemon = start(starts, startCpu)) {
            figures.starts = new Samples(starts);
            figures.startCpu = new Samples(startCpu);
            Patience.rest(plan.settle());
            ProcessFigures settled = ProcessFigures.of(daemon.pid());
            figures.residentMb = settled.residentMb();
            figures.restCpuPercent = restCpuPercent(daemon, settled);
            var extent = tables.extent();
            figures.lines = extent.lines();
            figures.chains = extent.chains();
            progress.step(
                    "at rest",
                    "%d lines, %d chains; %.0f MB resident; %.1f %% of a processor"
                            .formatted(
                                    extent.lines(),
                                    extent.chains(),
                                    figures.residentMb,
                                    figures.restCpuPercent));
            progress.step("floor", startFloor.measure());
            figures.startReads = startFloor.reads();
            figures.startLoads = startFloor.loads();
            updates(daemon);
            connections();
            bursts();
            Patience.rest(plan.settle());
            var end = ProcessFigures.of(daemon.pid());
            figures.residentAtEndMb = end.residentMb();
            figures.peakMb = end.peakMb();
            if (flavour == IptablesFlavour.NFT) {
                floorBesidesPaused(daemon);
            }
        }
    }

    private double restCpuPercent(Daemon daemon, ProcessFigures settled) throws IOException {
        long start = System.nanoTime();
        Patience.rest(plan.settle());
        double seconds = (System.nanoTime() - start) / 1e9;
        double cpu = ProcessFigures.of(daemon.pid()).cpuSeconds() - settled.cpuSeconds();
        return cpu / seconds * 100;
    }

    private Daemon start(List<Double> starts, List<Double> startCpu) throws IOException {
        long start = System.nanoTime();
        Daemon daemon = cluster.start(subject, log);
        List<InetSocketAddress> probes =
                cluster.objects().probes().stream().map(cluster::serviceAddress).toList();
        try {
            double took =
                    Patience.of(plan.patience())
                            .awaitSince(
                                    start,
                                    "first sync of " + subject.name(),
                                    () -> {
                                        if (!daemon.isAlive()) {
                                            throw new IOException(
                                                    subject.name() + " ended; see " + daemon.log());
                                        }
                                        return ConnectTimes.reachable(cluster.client(), probes);
                                    });
            double cpu = ProcessFigures.of(daemon.pid()).cpuSeconds();
            starts.add(took);
            startCpu.add(cpu);
            progress.step("start", "%.0f ms to the first answers, %.1f CPU s".formatted(took, cpu));
            return daemon;
        } catch (IOException e) {
            daemon.close();
            throw e;
        }
    }

    private void updates(Daemon daemon) throws IOException {
        Patience.rest(plan.rest());
        List<Double> updates = new ArrayList<>();
        List<Double> floor = new ArrayList<>();
        readChain();
        double ownChildren = childrenCpu();
        ProcessFigures before = ProcessFigures.of(daemon.pid());
        for (int i = 0; i < plan.updates(); i++) {
            updates.add(flip());
            if (flavour == IptablesFlavour.LEGACY) {
                // Content that does not differ leaves the proxy's audit in peace.
                floor.add(tables.timeOf(currentChain()));
            }
            Patience.rest(plan.rest().plusMillis((i * 37L) % 200)); // out of step with timers
        }
        ProcessFigures after = ProcessFigures.of(daemon.pid());
        figures.ownCpuPer100 = per100(after.ownCpuSeconds() - before.ownCpuSeconds());
        figures.childrenCpuPer100 =
                per100(after.childrenCpuSeconds() - before.childrenCpuSeconds());
        figures.updates = new Samples(updates);
        setFloor(floor, childrenCpu() - ownChildren);
        progress.step(
                "updates",
                "%.0f ms median of %d, %.0f ms the slowest; CPU s for 100: %.1f itself, %.1f its programs%s"
                        .formatted(
                                figures.updates.median(),
                                plan.updates(),
                                figures.updates.max(),
                                figures.ownCpuPer100,
                                figures.childrenCpuPer100,
                                floorText()));
    }

    private double per100(double cpuSeconds) {
        return cpuSeconds * 100 / plan.updates();
    }

    private String floorText() {
        return figures.floor.isEmpty()
                ? ""
                : "; the floor %.0f ms (ratio %.2f), %.1f CPU s"
                        .formatted(
                                figures.floor.median(),
                                figures.updatesPerFloor(),
                                figures.floorCpuPer100);
    }

    /// Any commit makes a proxy on nf_tables look at the tables, so there it is stopped meanwhile.
    private void floorBesidesPaused(Daemon daemon) throws IOException {
        List<Double> floor = new ArrayList<>();
        String pid = Long.toString(daemon.pid());
        var _ = Command.of("kill", "-STOP", pid).run();
        try {
            String chain = currentChain();
            double ownChildren = childrenCpu();
            for (int i = 0; i < plan.updates(); i++) {
                floor.add(tables.timeOf(chain));
            }
            setFloor(floor, childrenCpu() - ownChildren);
        } finally {
            var _ = Command.of("kill", "-CONT", pid).run();
        }
        progress.step("floor", floorText().substring(2));
    }

    private void setFloor(List<Double> floor, double cpu) {
        figures.floor = new Samples(floor);
        if (!floor.isEmpty()) {
            figures.floorCpuPer100 = cpu * 100 / floor.size();
        }
    }

    /// The script that writes the last probe's chain as it is.
    private String currentChain() {
        return chainOfFirstPod.replace(address(PODS.getFirst()), address(pod()));
    }

    private void readChain() throws IOException {
        String read = tables.rewriteOfChainTo(address(pod()) + ":" + SyntheticObjects.POD_PORT);
        chainOfFirstPod = read.replace(address(pod()), address(PODS.getFirst()));
    }

    /// Where the last probe leads now.
    private String pod() {
        return PODS.get(turn % PODS.size());
    }

    private String address(String pod) {
        return BenchCluster.text(cluster.pod(pod));
    }

    /// Exchanges the only endpoint of the last probe for another pod.
    ///
    /// @return milliseconds until a connection reached that pod
    private double flip() throws IOException {
        turn++;
        int probe = cluster.objects().lastProbe();
        long start = System.nanoTime();
        cluster.objects().pointProbe(probe, address(pod()));
        return awaitPod(start, probe, pod());
    }

    private double awaitPod(long start, int probe, String pod) throws IOException {
        Probe way = Probe.tcp(cluster.client().place(), cluster.serviceAddress(probe));
        return Patience.of(plan.patience())
                .awaitSince(
                        start,
                        "update by " + subject.name(),
                        () -> way.run() instanceof ProbeResult.Answered a && a.pod().equals(pod));
    }

    private void connections() throws IOException {
        Map<String, InetSocketAddress> ways = new LinkedHashMap<>();
        var direct = cluster.pod(pod()).addresses().ipv4();
        ways.put("direct", new InetSocketAddress(direct, SyntheticObjects.POD_PORT));
        for (int number : cluster.objects().probes()) {
            ways.put(Integer.toString(number + 1), cluster.serviceAddress(number));
            cluster.objects().pointProbe(number, address(pod()));
            double _ = awaitPod(System.nanoTime(), number, pod());
        }
        Patience.rest(plan.rest());
        figures.connects = ConnectTimes.measure(cluster.client(), ways, plan.connections());
        StringBuilder text = new StringBuilder();
        figures.connects.forEach(
                (way, times) -> text.append("%s %.1f µs  ".formatted(way, times.median())));
        progress.step("connect", text.toString().strip());
    }

    private void bursts() throws IOException {
        if (plan.burst() < 1) {
            return;
        }
        List<Double> times = new ArrayList<>();
        List<Double> commits = new ArrayList<>();
        for (int i = 0; i < BURSTS; i++) {
            Patience.rest(BETWEEN_BURSTS);
            long before = Commits.of(cluster.node());
            times.add(burst(i + 1));
            Patience.rest(plan.rest());
            commits.add((double) (Commits.of(cluster.node()) - before));
        }
        figures.bursts = new Samples(times);
        figures.burstCommits = new Samples(commits);
        progress.step(
                "bursts",
                "%d changes: all there %.0f ms after the last, %.0f syncs"
                        .formatted(
                                plan.burst(),
                                figures.bursts.median(),
                                figures.burstCommits.median()));
    }

    /// Changes many services in the course of a second, and the probe last: watches keep the order.
    private double burst(int version) throws IOException {
        List<Integer> services = cluster.objects().bystanders(plan.burst() - 1);
        long start = System.nanoTime();
        for (int i = 0; i < plan.burst() - 1 && !services.isEmpty(); i++) {
            long due = start + BURST_LENGTH.toNanos() * i / plan.burst();
            while (System.nanoTime() - due < 0) {
                java.util.concurrent.locks.LockSupport.parkNanos(50_000);
            }
            int round = i / services.size();
            cluster.objects().change(services.get(i % services.size()), 1000 * version + round);
        }
        return flip();
    }

    private static double childrenCpu() throws IOException {
        return ProcessFigures.of(ProcessHandle.current().pid()).childrenCpuSeconds();
    }
}
