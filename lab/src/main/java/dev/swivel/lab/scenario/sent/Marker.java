package dev.swivel.lab.scenario.sent;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.swivel.core.model.IpFamily;
import dev.swivel.lab.api.EmbeddedApi;
import dev.swivel.lab.api.store.ResourceTypes;
import dev.swivel.lab.cluster.LabCluster;
import dev.swivel.lab.cluster.Node;
import dev.swivel.lab.scenario.Cast;
import dev.swivel.lab.traffic.Probe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// Tells when every Swivel has programmed all Services and slices that were stored before, to the
/// last step: a new Service and its slices come last, and each node is asked for it in each family;
/// then another one. Objects of one kind are delivered in order, so whoever serves the first has
/// seen everything older, and who serves the second is done with the change that brought the first.
final class Marker {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /// UDP, since a TCP connect that nobody answers cannot be told to be so within a second.
    private static final Duration ANSWER = Duration.ofMillis(30);

    private static final String NAMESPACE = "marker";
    private static final int PORT = 80;
    private static final int ADDRESSES = 200;

    private final EmbeddedApi api;
    private final LabCluster cluster;
    private final Cast cast;
    private int number;

    Marker(EmbeddedApi api, LabCluster cluster, Cast cast) {
        this.api = api;
        this.cluster = cluster;
        this.cast = cast;
    }

    /// @throws IllegalStateException if it takes too long
    void await() {
        awaitNext();
        awaitNext();
    }

    private void awaitNext() {
        remove();
        number++;
        api.putRaw(service());
        for (IpFamily family : IpFamily.values()) {
            api.putRaw(slice(family));
        }
        var answers = new ArrayList<CompletableFuture<Boolean>>();
        for (Node node : cluster.nodes()) {
            for (IpFamily family : IpFamily.values()) {
                Probe probe = node.udp(address(family), PORT).within(ANSWER);
                answers.add(
                        CompletableFuture.supplyAsync(
                                () -> Waiting.until(() -> probe.run().answered(), PATIENCE),
                                task -> Thread.ofVirtual().start(task)));
            }
        }
        if (!answers.stream().allMatch(CompletableFuture::join)) {
            throw new IllegalStateException(
                    "a change was not programmed everywhere within " + PATIENCE);
        }
    }

    private void remove() {
        if (number > 0) {
            api.objects().delete(ResourceTypes.SERVICES, NAMESPACE, name());
            for (IpFamily family : IpFamily.values()) {
                api.objects().delete(Stored.type("EndpointSlice"), NAMESPACE, sliceName(family));
            }
        }
    }

    private String name() {
        return "marker-" + number;
    }

    private String sliceName(IpFamily family) {
        return name() + (family == IpFamily.IPV4 ? "-4" : "-6");
    }

    /// In ranges that the router has no route for, so that it says at once that nobody serves them.
    private String address(IpFamily family) {
        int host = number % ADDRESSES + 1;
        return family == IpFamily.IPV4 ? "10.97.0." + host : "fd00:10:97::" + host;
    }

    private ObjectNode service() {
        ObjectNode service = object("v1", "Service", name());
        ObjectNode spec = service.putObject("spec");
        spec.put("clusterIP", address(IpFamily.IPV4));
        var ips = spec.putArray("clusterIPs");
        var families = spec.putArray("ipFamilies");
        for (IpFamily family : IpFamily.values()) {
            ips.add(address(family));
            families.add(family.label());
        }
        spec.putArray("ports").addObject().put("port", PORT).put("protocol", "UDP");
        return service;
    }

    private ObjectNode slice(IpFamily family) {
        ObjectNode slice = object("discovery.k8s.io/v1", "EndpointSlice", sliceName(family));
        slice.withObjectProperty("metadata")
                .putObject("labels")
                .put("kubernetes.io/service-name", name());
        slice.put("addressType", family.label());
        slice.putArray("ports")
                .addObject()
                .put("name", "")
                .put("protocol", "UDP")
                .put("port", Cast.WEB_PORTS.getFirst());
        slice.putArray("endpoints")
                .addObject()
                .putArray("addresses")
                .addAll(
                        List.of(
                                JsonNodeFactory.instance.textNode(
                                        cast.member("web-1").address(family).toString())));
        return slice;
    }

    private static ObjectNode object(String apiVersion, String kind, String name) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("apiVersion", apiVersion);
        object.put("kind", kind);
        object.putObject("metadata").put("namespace", NAMESPACE).put("name", name);
        return object;
    }
}
