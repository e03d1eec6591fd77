package dev.swivel.lab.bench;

import dev.swivel.linux.exec.Command;
import dev.swivel.linux.exec.CommandException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/// The machine on which figures were taken.
final class Surroundings {
    private Surroundings() {}

    /// By what a reader would ask for, in that order.
    static Map<String, String> look(BenchPlan plan) throws IOException {
        Map<String, String> facts = machine();
        facts.put("iptables", version("iptables-legacy", Map.of()));
        facts.put(
                "counts",
                "%d starts, %d updates, %d connections on each way, bursts of %d"
                        .formatted(
                                plan.starts(), plan.updates(), plan.connections(), plan.burst()));
        for (Subject subject : plan.subjects()) {
            facts.put(subject.name(), version(subject.command().getFirst(), subject.environment()));
        }
        return facts;
    }

    /// Of any run.
    static Map<String, String> machine() throws IOException {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("taken", Instant.now().truncatedTo(ChronoUnit.MINUTES).toString());
        facts.put("kernel", Command.of("uname", "-r").run().text().strip());
        facts.put("processors", Runtime.getRuntime().availableProcessors() + " × " + model());
        facts.put("java", System.getProperty("java.vm.version"));
        return facts;
    }

    private static String version(String program, Map<String, String> environment) {
        try {
            Command command = Command.of(program, "--version").withEnvironment(environment);
            return command.run().text().lines().findFirst().orElse("?").strip();
        } catch (CommandException _) {
            return "?";
        }
    }

    private static String model() throws IOException {
        return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("?");
    }
}
