package dev.swivel.lab.life;

import dev.swivel.lab.api.store.ResourceTypes;
import dev.swivel.lab.cluster.Pod;
import dev.swivel.lab.traffic.Distribution;
import dev.swivel.lab.traffic.Probe;
import dev.swivel.lab.traffic.ProbeResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/// Services that change at random, and where their traffic should go.
final class RandomCluster {
    private static final int SERVICES = 6;
    private static final String NODE = "10.128.0.2";

    /// Per endpoint: enough to see all of them, nearly always.
    private static final int PROBES = 8;

    /// For requests that nobody should answer.
    private static final Duration SILENCE = Duration.ofMillis(250);

    private final ServedCluster served;
    private final SplittableRandom random;
    private final Map<String, Target> services = new TreeMap<>();

    /// @param nodePort 0 for none
    /// @param pods who answers; empty: nobody, so it is refused
    private record Target(String address, int nodePort, boolean udp, Set<String> pods) {}

    RandomCluster(ServedCluster served, SplittableRandom random) {
        this.served = served;
        this.random = random;
    }

    /// Changes something through the API.
    ///
    /// @return what
    String change() {
        int number = random.nextInt(SERVICES);
        String name = "r" + number;
        if (services.containsKey(name) && random.nextInt(5) == 0) {
            services.remove(name);
            served.api.objects().delete(ResourceTypes.SERVICES, "default", name);
            served.api.objects().delete(ResourceTypes.ENDPOINT_SLICES, "default", name + "-1");
            return "delete " + name;
        }
        boolean udp = number % 3 == 2;
        Set<String> pods = new TreeSet<>();
        for (Pod pod : served.servers()) {
            if (random.nextInt(3) > 0) {
                pods.add(pod.name());
            }
        }
        if (random.nextInt(6) == 0) {
            pods.clear();
        }
        Target target =
                new Target(
                        "10.96.1." + (number + 1),
                        random.nextBoolean() ? 30_100 + number : 0,
                        udp,
                        pods);
        services.put(name, target);
        apply(name, target);
        return name + " has " + pods + (target.nodePort() == 0 ? "" : " and a node port");
    }

    private void apply(String name, Target target) {
        String protocol = target.udp() ? "UDP" : "TCP";
        String endpoints =
                target.pods().stream()
                        .map(pod ->
                                "{addresses: [%s], nodeName: node-1, conditions: {ready: true}}"
                                        .formatted(served.address(pod)))
                        .collect(Collectors.joining(", ", "[", "]"));
        served.api
                .objects()
                .apply(
                        """
                        apiVersion: v1
                        kind: Service
                        metadata: {name: %1$s, namespace: default}
                        spec:
                          clusterIP: %2$s
                          type: %6$s
                          ports: [{name: p, port: 80, targetPort: 8080, protocol: %4$s%3$s}]
                        ---
                        apiVersion: discovery.k8s.io/v1
                        kind: EndpointSlice
                        metadata: {name: %1$s-1, namespace: default, labels: {kubernetes.io/service-name: %1$s}}
                        addressType: IPv4
                        ports: [{name: p, port: 8080, protocol: %4$s}]
                        endpoints: %5$s
                        """
                                .formatted(
                                        name,
                                        target.address(),
                                        target.nodePort() == 0
                                                ? ""
                                                : ", nodePort: " + target.nodePort(),
                                        protocol,
                                        endpoints,
                                        target.nodePort() == 0 ? "ClusterIP" : "NodePort"));
    }

    /// Asks every service, all at once.
    List<String> disagreements() {
        List<Future<Optional<String>>> answers = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            services.forEach((name, target) -> {
                answers.add(threads.submit(() -> disagreement(name, target, target.address(), 80)));
                if (target.nodePort() != 0) {
                    answers.add(
                            threads.submit(
                                    () -> disagreement(name, target, NODE, target.nodePort())));
                }
            });
        }
        return answers.stream().map(Future::resultNow).flatMap(Optional::stream).toList();
    }

    private Optional<String> disagreement(String name, Target target, String address, int port) {
        Pod client = served.cluster.pod("client");
        Probe probe = target.udp() ? client.udp(address, port) : client.tcp(address, port);
        if (target.pods().isEmpty()) {
            ProbeResult result = probe.within(SILENCE).run();
            return result instanceof ProbeResult.Refused
                    ? Optional.empty()
                    : Optional.of(
                            "%s, asked at %s:%d, has no endpoints and should refuse, but: %s"
                                    .formatted(name, address, port, result));
        }
        Distribution seen = probe.inParallel(PROBES * target.pods().size());
        Set<String> answered = seen.perPod().keySet();
        return seen.allAnswered() && answered.equals(target.pods())
                ? Optional.empty()
                : Optional.of(
                        "%s, asked at %s:%d, should be answered by %s, but %s did, and %s"
                                .formatted(
                                        name,
                                        address,
                                        port,
                                        target.pods(),
                                        answered,
                                        seen.failures()));
    }
}
