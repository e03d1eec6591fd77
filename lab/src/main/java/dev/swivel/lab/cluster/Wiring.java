package dev.swivel.lab.cluster;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `ip` commands to be run: first all that make links between namespaces, in one process, then
/// those inside each namespace, one process per namespace and all at once.
final class Wiring {
    private final List<String> links = new ArrayList<>();
    private final Map<String, List<String>> inside = new LinkedHashMap<>();

    /// A virtual cable. Both ends are made where they belong, never in the namespace of this
    /// process, so that names of several clusters cannot meet.
    void cable(String namespace, String device, String peerNamespace, String peerDevice) {
        links.add(
                "link add name %s netns %s type veth peer name %s netns %s"
                        .formatted(device, namespace, peerDevice, peerNamespace));
    }

    /// Adds commands to be run inside a namespace, in this order.
    void in(String namespace, String... commands) {
        inside.computeIfAbsent(namespace, _ -> new ArrayList<>()).addAll(List.of(commands));
    }

    void run() {
        batch(List.of("ip", "-batch", "-"), links);
        InParallel.forEach(
                inside.entrySet(),
                entry -> batch(List.of("ip", "-n", entry.getKey(), "-batch", "-"), entry.getValue()));
    }

    static void batch(List<String> argv, List<String> commands) {
        var script = String.join("\n", commands) + "\n";
        var result = Command.run(argv, Map.of(), script);
        if (!result.succeeded()) {
            throw new IllegalStateException(
                    "%s: %s%nscript:%n%s"
                            .formatted(String.join(" ", argv), result.stderr().strip(), script));
        }
    }
}
