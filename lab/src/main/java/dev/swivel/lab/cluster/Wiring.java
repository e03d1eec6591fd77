package dev.swivel.lab.cluster;

import dev.swivel.linux.exec.Command;
import dev.swivel.linux.exec.CommandException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `ip` commands to be run: first all that make links between namespaces, in one process, then
/// those inside each namespace, one process per namespace and all at once.
final class Wiring {
    private final List<String> links = new ArrayList<>();
    private final Map<String, List<String>> inside = new LinkedHashMap<>();
    private final Map<String, List<String>> ipv6Inside = new LinkedHashMap<>();

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

    /// Adds commands that do not say their family (`ip rule`) and mean IPv6.
    void ipv6In(String namespace, String... commands) {
        ipv6Inside.computeIfAbsent(namespace, _ -> new ArrayList<>()).addAll(List.of(commands));
    }

    void run() throws IOException {
        batch(Command.of("ip", "-batch", "-"), links);
        InParallel.forEach(
                inside.entrySet(),
                entry ->
                        batch(
                                Command.of("ip", "-n", entry.getKey(), "-batch", "-"),
                                entry.getValue()));
        InParallel.forEach(
                ipv6Inside.entrySet(),
                entry ->
                        batch(
                                Command.of("ip", "-6", "-n", entry.getKey(), "-batch", "-"),
                                entry.getValue()));
    }

    private static void batch(Command ip, List<String> commands) throws CommandException {
        var script = String.join("\n", commands) + "\n";
        ip.withInput(script.getBytes(StandardCharsets.UTF_8)).run();
    }
}
