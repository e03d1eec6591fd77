package dev.swivel.lab.bench;

import dev.swivel.lab.cluster.IptablesFlavour;
import dev.swivel.lab.cluster.Node;
import dev.swivel.linux.exec.Command;
import dev.swivel.linux.exec.CommandException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The iptables of the node, by the standard programs. What is measured is IPv4.
final class NodeTables {
    private static final Duration TIMEOUT = Duration.ofMinutes(10);
    private static final String LOCK_SECONDS = "30";

    private final Node node;
    private final String stem;
    private final Path lock;
    private final Map<String, List<String>> before;

    /// What a table holds.
    ///
    /// @param lines as `iptables-save` prints them: chains and rules
    record Extent(long lines, long chains) {}

    private NodeTables(Node node, String stem, Path lock, Map<String, List<String>> before) {
        this.node = node;
        this.stem = stem;
        this.lock = lock;
        this.before = before;
    }

    /// Remembers what the node's tables hold now.
    ///
    /// @param directory for a lock file
    static NodeTables of(Node node, IptablesFlavour flavour, Path directory)
            throws CommandException {
        String stem = "iptables-" + BenchCluster.label(flavour);
        Path lock = directory.resolve("lock");
        NodeTables now = new NodeTables(node, stem, lock, Map.of());
        Map<String, List<String>> before = new LinkedHashMap<>();
        for (String each : List.of(stem, stem.replace("iptables", "ip6tables"))) {
            before.put(each, List.of(now.save(each, "nat"), now.save(each, "filter")));
        }
        return new NodeTables(node, stem, lock, before);
    }

    /// Takes the tables back to what they were, and removes all ipsets.
    void reset() throws IOException {
        for (var family : before.entrySet()) {
            for (String table : family.getValue()) {
                restore(family.getKey(), table, "-w", LOCK_SECONDS);
            }
        }
        Patience.of(Duration.ofSeconds(30))
                .await(
                        "removing the ipsets",
                        () -> {
                            // nf_tables lets go of the sets of removed rules a little later
                            return node.command(List.of("ipset", "destroy")).runAnyExit().exitCode()
                                    == 0;
                        });
    }

    Extent extent() throws CommandException {
        long lines = 0;
        long chains = 0;
        for (String line : save(stem, "nat").split("\n", -1)) {
            lines += line.startsWith("-A ") || line.startsWith(":") ? 1 : 0;
            chains += line.startsWith(":") ? 1 : 0;
        }
        return new Extent(lines, chains);
    }

    /// A script that writes the chain anew with what it holds, that sends traffic to this endpoint.
    ///
    /// @throws IOException if there is none
    String rewriteOfChainTo(String endpoint) throws IOException {
        String nat = save(stem, "nat");
        String target = "--to-destination " + endpoint;
        String rule =
                nat.lines()
                        .filter(line -> line.endsWith(target))
                        .findFirst()
                        .orElseThrow(() -> new IOException("no rule leads to " + endpoint));
        String chain = rule.split(" ", -1)[1];
        StringBuilder script = new StringBuilder("*nat\n:" + chain + " - [0:0]\n");
        nat.lines()
                .filter(line -> line.startsWith("-A " + chain + " "))
                .forEach(line -> script.append(line).append('\n'));
        return script.append("COMMIT\n").toString();
    }

    /// Runs `iptables-restore --noflush`, from the node's namespace with no program in between.
    ///
    /// @return milliseconds from the start of the program to its end
    double timeOf(String script) throws IOException {
        long start = System.nanoTime();
        restore(stem, script, "-w", LOCK_SECONDS, "--noflush");
        return (System.nanoTime() - start) / 1e6;
    }

    private void restore(String program, String script, String... arguments)
            throws CommandException {
        List<String> argv = new ArrayList<>(List.of(program + "-restore"));
        argv.addAll(List.of(arguments));
        run(Command.of(argv).withInput(script.getBytes(StandardCharsets.UTF_8)));
    }

    private String save(String program, String table) throws CommandException {
        return run(Command.of(program + "-save", "-t", table));
    }

    private String run(Command command) throws CommandException {
        Command here =
                command.withTimeout(TIMEOUT).withEnvironment("XTABLES_LOCKFILE", lock.toString());
        return node.place().thread().call(() -> here.run().text());
    }
}
