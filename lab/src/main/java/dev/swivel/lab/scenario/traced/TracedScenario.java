package dev.swivel.lab.scenario.traced;

import dev.swivel.core.config.ConfigException;
import dev.swivel.core.config.ConfigReader;
import dev.swivel.core.config.ProxyConfig;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.Problem;
import dev.swivel.lab.scenario.Cast;
import dev.swivel.lab.scenario.Configurations;
import dev.swivel.lab.scenario.Expected;
import dev.swivel.lab.scenario.Mismatch;
import dev.swivel.lab.scenario.Nodes;
import dev.swivel.lab.scenario.ObjectName;
import dev.swivel.lab.scenario.Outcome;
import dev.swivel.lab.scenario.Scenario;
import dev.swivel.lab.scenario.ScenarioException;
import dev.swivel.lab.scenario.SentPacket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// Plays one scenario by tracing. Needs no root.
public final class TracedScenario {
    private final Cast cast = Cast.standard();
    private final Scenario scenario;
    private final Map<String, TracedNode> nodes = new LinkedHashMap<>();
    private final Map<String, NodeRules> rules = new LinkedHashMap<>();
    private final Map<String, Set<IpAddress>> carried = new HashMap<>();
    private final List<Mismatch> mismatches = new ArrayList<>();

    private TracedScenario(Scenario scenario, Function<ProxyConfig, NodeRules> backend) {
        this.scenario = scenario;
        ProxyConfig config = config(scenario);
        for (var step : scenario.steps()) {
            step.carried()
                    .forEach((node, addresses) ->
                            addresses.forEach(address ->
                                    carried.computeIfAbsent(node, _ -> new HashSet<>())
                                            .add(IpAddress.of(address))));
        }
        for (var node : cast.nodes()) {
            nodes.put(node.name(), new TracedNode(node.name(), config, present(node)));
            rules.put(node.name(), backend.apply(config));
        }
    }

    private List<IpAddress> present(Cast.Member node) {
        List<IpAddress> present = new ArrayList<>();
        node.addresses().values().forEach(present::addAll);
        present.add(IpAddress.of("127.0.0.1"));
        present.add(IpAddress.of("::1"));
        present.addAll(carried.getOrDefault(node.name(), Set.of()));
        return present;
    }

    private static ProxyConfig config(Scenario scenario) {
        try {
            return ConfigReader.read(
                            Configurations.complete(scenario.config()), scenario.toString(), "")
                    .config();
        } catch (ConfigException e) {
            throw new ScenarioException(String.valueOf(e.getMessage()), e);
        }
    }

    /// What goes another way than the scenario says.
    ///
    /// @param backend makes the rules of one node
    public static List<Mismatch> play(Scenario scenario, Function<ProxyConfig, NodeRules> backend) {
        return new TracedScenario(scenario, backend).play();
    }

    private List<Mismatch> play() {
        Nodes.usual(cast).forEach(node -> nodes.values().forEach(each -> each.put(node)));
        int number = 0;
        for (var step : scenario.steps()) {
            number++;
            step.delete().forEach(name -> nodes.values().forEach(node -> node.remove(name)));
            step.apply().forEach(object -> nodes.values().forEach(node -> node.put(object)));
            program();
            var journey = new Journey(cast, rules, carried);
            for (SentPacket packet : step.packets()) {
                send(number, packet, journey);
            }
        }
        int last = number;
        nodes.forEach((name, node) -> checkProblems(last, name, node.problems()));
        return mismatches;
    }

    private void program() {
        nodes.forEach((name, node) -> {
            for (IpFamily family : IpFamily.values()) {
                rules(name).program(node.state(family));
            }
        });
    }

    private NodeRules rules(String node) {
        return Optional.ofNullable(rules.get(node)).orElseThrow();
    }

    private void send(int step, SentPacket packet, Journey journey) {
        Set<Outcome> outcomes = journey.of(packet);
        if (packet.expected() instanceof Expected.Served served && served.sticks()) {
            remember(packet, outcomes);
            outcomes = journey.of(packet);
        }
        Outcome.verify(packet.expected(), outcomes)
                .ifPresent(found ->
                        mismatches.add(
                                new Mismatch(step, packet.toString(), found + rulesFor(packet))));
    }

    /// One of the endpoints it may reach is the one that it does reach.
    private void remember(SentPacket packet, Set<Outcome> outcomes) {
        var sender = cast.member(packet.from());
        String node =
                sender.node().isEmpty() ? cast.nodeFor(packet.to()).orElseThrow() : sender.node();
        outcomes.stream()
                .filter(Outcome.Reached.class::isInstance)
                .map(Outcome.Reached.class::cast)
                .findFirst()
                .ifPresent(reached ->
                        rules(node)
                                .served(
                                        sender.address(packet.family()),
                                        reached.address(),
                                        reached.port()));
    }

    private String rulesFor(SentPacket packet) {
        var sender = cast.member(packet.from());
        Set<String> concerned = new HashSet<>();
        cast.nodeFor(packet.to()).ifPresent(concerned::add);
        if (!sender.node().isEmpty()) {
            concerned.add(sender.node());
        }
        var text = new StringBuilder();
        for (String node : concerned) {
            text.append("\n--- rules on ").append(node).append('\n');
            text.append(rules(node).describe(packet.family()));
        }
        return text.toString();
    }

    private void checkProblems(int step, String node, List<Problem> found) {
        Map<ObjectName, List<String>> byObject = new HashMap<>();
        for (Problem problem : found) {
            var object = problem.object();
            byObject.computeIfAbsent(
                            new ObjectName(object.kind(), object.namespace(), object.name()),
                            _ -> new ArrayList<>())
                    .add(problem.reason());
        }
        byObject.values().forEach(reasons -> reasons.sort(null));
        if (!byObject.equals(scenario.problems())) {
            mismatches.add(
                    new Mismatch(
                            step,
                            "problems reported on " + node,
                            "expected %s, but: %s %s"
                                    .formatted(scenario.problems(), byObject, found)));
        }
    }
}
