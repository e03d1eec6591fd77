package dev.swivel.lab.life;

import dev.swivel.lab.api.fault.Fault;
import dev.swivel.lab.cluster.Daemon;
import dev.swivel.linux.exec.Command;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// What goes wrong at random around a Swivel.
final class RandomFaults {
    private static final String RUBBISH =
            """
            apiVersion: v1
            kind: Service
            metadata: {name: rubbish, namespace: default}
            spec: {clusterIP: 10.96.1.999, ports: [{port: 99999, protocol: "TCP; reboot"}], externalIPs: ["$(reboot)"]}
            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: rubbish-1, namespace: default, labels: {kubernetes.io/service-name: r0}}
            addressType: IPv4
            ports: [{name: "-A INPUT", port: -1, protocol: TCP}]
            endpoints: [{addresses: ["192.168.1.12 -j ACCEPT"], nodeName: node-1}]
            """;

    private final ServedCluster served;
    private final SplittableRandom random;
    private final String flavour;
    private final String[] arguments;
    private @Nullable Daemon swivel;

    RandomFaults(
            ServedCluster served, SplittableRandom random, String flavour, String... arguments) {
        this.served = served;
        this.random = random;
        this.flavour = flavour;
        this.arguments = arguments;
    }

    void start() throws IOException {
        swivel = served.startSwivel(arguments);
    }

    /// Something goes wrong, or nothing. What must end before Swivel can be right again has ended
    /// when this returns.
    ///
    /// @param model may change meanwhile
    /// @return what it was
    String strike(RandomCluster model) throws Exception {
        return switch (random.nextInt(15)) {
            case 0 -> flush("nat");
            case 1 -> flush("filter");
            case 2 -> deleteRule();
            case 3 -> emptySets();
            case 4 -> {
                daemon().kill();
                start();
                yield "killed and started";
            }
            case 5 -> {
                daemon().kill();
                String change = model.change();
                start();
                yield "killed, " + change + ", started";
            }
            case 6 -> {
                served.nodeListener().refuse();
                served.api.endWatches();
                String change = model.change();
                served.nodeListener().reopen();
                yield "the API away, " + change + ", the API back";
            }
            case 7 -> inject(new Fault.TooManyRequests(Duration.ofSeconds(1)), model);
            case 8 -> inject(new Fault.Gone(), model);
            case 9 -> inject(new Fault.TruncatedEvent(), model);
            case 10 -> inject(new Fault.MalformedEvent(), model);
            case 11 -> {
                served.api.putRaw(RUBBISH);
                yield "rubbish in the API";
            }
            case 12 -> {
                signal("STOP");
                String changes = model.change() + ", " + model.change();
                signal("CONT");
                yield "halted, " + changes + ", let go on";
            }
            case 13 -> heldLock(model);
            default -> "nothing goes wrong";
        };
    }

    private Daemon daemon() {
        if (swivel == null) {
            throw new IllegalStateException("start it first");
        }
        return swivel;
    }

    private void signal(String name) throws IOException {
        var _ = Command.of("kill", "-" + name, Long.toString(daemon().pid())).run();
    }

    /// As a program does that lists a large legacy table, for a second. nft has no lock.
    private String heldLock(RandomCluster model) throws IOException {
        Daemon holder =
                served.node()
                        .spawn(
                                List.of("flock", "/run/xtables.lock", "sleep", "1"),
                                Map.of(),
                                served.log.resolveSibling("flock.log"));
        String change = model.change();
        holder.process().onExit().join();
        return "the xtables lock held, " + change;
    }

    private String flush(String table) throws IOException {
        served.node().exec("iptables-" + flavour, "-w", "-t", table, "-F");
        return "table " + table + " flushed";
    }

    private String deleteRule() throws IOException {
        List<String> rules =
                served.node()
                        .exec("iptables-" + flavour, "-w", "-t", "nat", "-S")
                        .text()
                        .lines()
                        .filter(line -> line.startsWith("-A KUBE-"))
                        .filter(line -> !line.contains("\""))
                        .toList();
        if (rules.isEmpty()) {
            return "no rule to delete";
        }
        String rule = rules.get(random.nextInt(rules.size()));
        served.node()
                .command(
                        List.of(
                                "sh",
                                "-c",
                                "iptables-" + flavour + " -w -t nat -D" + rule.substring(2)))
                .runAnyExit();
        return "deleted " + rule;
    }

    private String emptySets() throws IOException {
        served.node().exec("ipset", "flush");
        return "all sets emptied";
    }

    private String inject(Fault fault, RandomCluster model) {
        int times = 1 + random.nextInt(2);
        served.api.faults().inject(request -> true, fault, times);
        if (!fault.strikesEventsOnly()) {
            served.api.endWatches();
        }
        return times + " " + fault + ", " + model.change();
    }
}
