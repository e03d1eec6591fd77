package dev.swivel.lab.scenario.sent;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.swivel.core.model.IpFamily;
import dev.swivel.lab.api.EmbeddedApi;
import dev.swivel.lab.cluster.LabCluster;
import dev.swivel.lab.scenario.Cast;
import dev.swivel.lab.scenario.Expected;
import dev.swivel.lab.scenario.Mismatch;
import dev.swivel.lab.scenario.Nodes;
import dev.swivel.lab.scenario.ObjectName;
import dev.swivel.lab.scenario.Scenario;
import dev.swivel.lab.scenario.Scenario.Step;
import dev.swivel.lab.scenario.SentPacket;
import dev.swivel.linux.exec.CommandException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/// One scenario, played with real packets.
final class SentScenario {
    /// For what no marker tells: changes of Nodes.
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Scenario scenario;
    private final Cast cast;
    private final LabCluster cluster;
    private final EmbeddedApi api;
    private final Marker marker;
    private final Swivels swivels;
    private final Set<ObjectName> made = new LinkedHashSet<>();
    private final Queue<Mismatch> mismatches = new ConcurrentLinkedQueue<>();

    SentScenario(
            Scenario scenario,
            Cast cast,
            LabCluster cluster,
            EmbeddedApi api,
            Marker marker,
            Swivels swivels) {
        this.scenario = scenario;
        this.cast = cast;
        this.cluster = cluster;
        this.api = api;
        this.marker = marker;
        this.swivels = swivels;
    }

    List<Mismatch> play() throws IOException {
        for (NodeLog log : swivels.logs().values()) {
            checkErrors(0, log.news().errors(), log);
        }
        int number = 0;
        try {
            for (Step step : scenario.steps()) {
                number++;
                change(step);
                marker.await();
                send(number, step);
            }
            checkLogs(number);
        } finally {
            remove();
        }
        return List.copyOf(mismatches);
    }

    private void change(Step step) throws IOException {
        carry(step.carried(), "replace");
        for (ObjectName name : step.delete()) {
            api.objects().delete(Stored.type(name.kind()), name.namespace(), name.name());
            made.remove(name);
        }
        for (ObjectNode object : step.apply()) {
            api.putRaw(object);
            made.add(ObjectName.of(object));
        }
    }

    private void carry(Map<String, List<String>> carried, String verb) throws CommandException {
        for (var entry : carried.entrySet()) {
            for (String address : entry.getValue()) {
                String range = address + (address.contains(":") ? "/128" : "/32");
                cluster.node(entry.getKey()).exec("ip", "address", verb, range, "dev", "lo");
            }
        }
    }

    private void remove() throws IOException {
        for (Step step : scenario.steps()) {
            carry(step.carried(), "delete");
        }
        boolean nodes = made.removeIf(name -> name.kind().equals("Node"));
        for (ObjectName name : made) {
            api.objects().delete(Stored.type(name.kind()), name.namespace(), name.name());
        }
        if (nodes) {
            Nodes.usual(cast).forEach(api::putRaw);
        }
    }

    private void send(int number, Step step) {
        boolean nodesChanged =
                step.apply().stream()
                        .anyMatch(object -> object.path("kind").asText().equals("Node"));
        Map<Lane, List<SentPacket>> lanes = new LinkedHashMap<>();
        for (SentPacket packet : step.packets()) {
            if (packet.canBeSent(cast) && !isBeyond(packet)) {
                lanes.computeIfAbsent(Lane.of(packet), _ -> new ArrayList<>()).add(packet);
            }
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (List<SentPacket> lane : lanes.values()) {
                threads.execute(() -> lane.forEach(packet -> send(number, packet, nodesChanged)));
            }
        }
    }

    /// Packets that are sent one after the other: of a client with affinity, whose first two would
    /// otherwise race for where to stick. All others are sent at once.
    private record Lane(String from, IpFamily family, Optional<SentPacket> alone) {
        static Lane of(SentPacket packet) {
            boolean sticks = packet.expected() instanceof Expected.Served served && served.sticks();
            return new Lane(
                    packet.from(),
                    packet.family(),
                    sticks ? Optional.empty() : Optional.of(packet));
        }
    }

    private boolean ipvs() {
        return swivels.mode().equals("ipvs");
    }

    /// IPVS sends nothing on that comes from a loopback address (docs/differences.md).
    private boolean isBeyond(SentPacket packet) {
        return ipvs() && packet.to().isLoopback();
    }

    private PacketCheck check(SentPacket packet) {
        return new PacketCheck(cast, cluster, packet, ipvs());
    }

    private void send(int number, SentPacket packet, boolean nodesChanged) {
        Optional<String> wrong;
        try {
            wrong = check(packet).run();
            if (wrong.isPresent() && nodesChanged) {
                boolean right = Waiting.until(() -> check(packet).run().isEmpty(), PATIENCE);
                wrong = right ? Optional.empty() : wrong.map(found -> found + ", to the end");
            }
        } catch (RuntimeException e) {
            wrong = Optional.of("cannot be sent: " + e);
        }
        wrong.ifPresent(found -> mismatches.add(new Mismatch(number, packet.toString(), found)));
    }

    private void checkLogs(int number) throws IOException {
        Map<ObjectName, List<String>> expected = problems();
        for (var entry : swivels.logs().entrySet()) {
            var news = entry.getValue().news();
            checkErrors(number, news.errors(), entry.getValue());
            if (!news.problems().equals(expected)) {
                mismatches.add(
                        new Mismatch(
                                number,
                                "problems reported on " + entry.getKey(),
                                "expected %s, but: %s (%s)"
                                        .formatted(
                                                expected,
                                                news.problems(),
                                                entry.getValue().file())));
            }
        }
    }

    /// Mode userspace refuses SCTP and says so (docs/differences.md).
    private Map<ObjectName, List<String>> problems() {
        Map<ObjectName, List<String>> problems = new HashMap<>(scenario.problems());
        if (swivels.mode().equals("userspace")) {
            scenario.steps().stream()
                    .flatMap(step -> step.apply().stream())
                    .filter(object -> object.path("spec").path("ports").toString().contains("SCTP"))
                    .forEach(service ->
                            problems.merge(
                                    ObjectName.of(service),
                                    List.of("ProtocolNotServed"),
                                    (some, more) ->
                                            Stream.concat(some.stream(), more.stream())
                                                    .distinct()
                                                    .sorted()
                                                    .toList()));
        }
        return problems;
    }

    private void checkErrors(int number, List<String> errors, NodeLog log) {
        errors.forEach(
                line -> mismatches.add(new Mismatch(number, log.file() + " has an error", line)));
    }
}
