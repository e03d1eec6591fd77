package dev.swivel.lab.bench;

import dev.swivel.lab.cluster.IptablesFlavour;
import dev.swivel.lab.cluster.Node;
import dev.swivel.lab.cluster.SwivelProcess;
import dev.swivel.linux.accounting.PacketCounters;
import dev.swivel.linux.exec.Command;
import dev.swivel.linux.netns.NetworkNamespace;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// What a start cannot do without, measured beside it: a Java process that reads both lists from
/// the API and ends ([ListReader], with the launcher's flags and an AOT cache of its own), and
/// after it the iptables program that loads the node's whole IPv4 tables into a namespace that has
/// none. The sets that the rules name are there before, and cost nothing here.
///
/// The nft program is not measured: it takes the square of the chains of one load, so it is no
/// floor.
final class StartFloor {
    private static final Pattern COUNTER = Pattern.compile("--nfacct-name +(\\S+)");
    private static final Duration TIMEOUT = Duration.ofMinutes(10);

    private final Node node;
    private final String api;
    private final Path directory;
    private final IptablesFlavour flavour;
    private final List<Double> reads = new ArrayList<>();
    private final List<Double> loads = new ArrayList<>();
    private String tables = "";
    private String sets = "";

    /// @param api its URL, as the node reaches it
    /// @param directory for an AOT cache and a lock
    StartFloor(Node node, String api, IptablesFlavour flavour, Path directory) {
        this.node = node;
        this.api = api;
        this.directory = directory;
        this.flavour = flavour;
    }

    /// Measures each once, while the proxy's tables are on the node.
    ///
    /// @return for people
    String measure() throws IOException {
        if (reads.isEmpty()) {
            Files.deleteIfExists(cache());
            if (Files.isRegularFile(ownJar())) { // a cache can only be of jars
                double _ = read("-XX:AOTCacheOutput=" + cache());
            }
        }
        reads.add(read(Files.exists(cache()) ? "-XX:AOTCache=" + cache() : "-XX:+UseSerialGC"));
        if (flavour == IptablesFlavour.LEGACY) {
            loads.add(load());
        }
        return "%.0f ms to read the lists".formatted(reads.getLast())
                + (loads.isEmpty()
                        ? ""
                        : ", %.0f ms to load the tables".formatted(loads.getLast()));
    }

    Samples reads() {
        return new Samples(reads);
    }

    Samples loads() {
        return new Samples(loads);
    }

    private double read(String option) throws IOException {
        List<String> argv = new ArrayList<>();
        argv.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        argv.addAll(SwivelProcess.runtimeFlags());
        argv.addAll(List.of(option, "-Xlog:aot=off", "-Xlog:cds=off"));
        argv.addAll(List.of("-cp", ownJar().toString(), ListReader.class.getName(), api));
        Command reader = Command.of(argv).withTimeout(TIMEOUT);
        return node.place().thread().call(() -> timeOf(reader));
    }

    private double load() throws IOException {
        if (tables.isEmpty()) {
            tables = onNode("iptables-legacy-save");
            sets = onNode("ipset", "save");
        }
        return NetworkNamespace.callInNew(() -> {
            var _ = withInput(sets, "ipset", "restore").run();
            for (var counter = COUNTER.matcher(tables); counter.find(); ) {
                PacketCounters.ensure(counter.group(1));
            }
            return timeOf(withInput(tables, "iptables-legacy-restore", "-w", "30"));
        });
    }

    private static double timeOf(Command command) throws IOException {
        long start = System.nanoTime();
        var _ = command.run();
        return (System.nanoTime() - start) / 1e6;
    }

    private String onNode(String... argv) throws IOException {
        Command command = command(argv);
        return node.place().thread().call(() -> command.run().text());
    }

    private Command withInput(String input, String... argv) {
        return command(argv).withInput(input.getBytes(StandardCharsets.UTF_8));
    }

    private Command command(String... argv) {
        return Command.of(argv)
                .withTimeout(TIMEOUT)
                .withEnvironment("XTABLES_LOCKFILE", directory.resolve("floor.lock").toString());
    }

    private Path cache() {
        return directory.resolve("reader.aot");
    }

    /// Where the classes of the lab are: a jar, or a folder during a build.
    private static Path ownJar() throws IOException {
        try {
            return Path.of(
                    ListReader.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }
}
