package dev.swivel.lab.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.swivel.lab.api.EmbeddedApi;
import dev.swivel.lab.api.store.Json;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.UUID;

/// Services and EndpointSlices as a cluster has them, with made-up addresses: ClusterIPs anywhere
/// in 10.96.0.0/12, as the API server gives them out, and endpoints in 10.240.0.0/12. A few
/// services, spread over the whole range of addresses, are probes: their only endpoint is a pod
/// that answers.
final class SyntheticCluster {
    static final int SERVICE_PORT = 80;
    static final int POD_PORT = 8080;
    private static final int FIRST_CLUSTER_IP = 0x0a600100; // 10.96.1.0
    private static final int CLUSTER_IPS = (1 << 20) - 512;
    private static final int FIRST_ENDPOINT = 0x0af00001; // 10.240.0.1
    private static final int ENDPOINT_ADDRESSES = 1 << 20;
    private static final String NAMESPACE = "bench";

    private final EmbeddedApi api;
    private final Size size;
    private final List<Integer> addresses;
    private final String answering;

    /// @param seed which ClusterIPs there are
    /// @param answering the address of the pod that all probes lead to at first
    SyntheticCluster(EmbeddedApi api, Size size, long seed, String answering) {
        this.api = api;
        this.size = size;
        this.answering = answering;
        SplittableRandom random = new SplittableRandom(seed);
        TreeSet<Integer> chosen = new TreeSet<>();
        while (chosen.size() < size.services()) {
            chosen.add(FIRST_CLUSTER_IP + random.nextInt(CLUSTER_IPS));
        }
        this.addresses = List.copyOf(chosen);
    }

    void fill() {
        api.objects().createNamespace(NAMESPACE);
        for (int i = 0; i < size.services(); i++) {
            api.putRaw(service(i));
            api.putRaw(isProbe(i) ? probeSlice(i, answering) : slice(i, 0));
        }
    }

    /// The probes' numbers: first, middle and last by address.
    List<Integer> probes() {
        return List.copyOf(new TreeSet<>(List.of(0, size.services() / 2, size.services() - 1)));
    }

    int lastProbe() {
        return size.services() - 1;
    }

    private boolean isProbe(int number) {
        return probes().contains(number);
    }

    InetAddress clusterIp(int number) {
        return InetAddress.ofLiteral(text(addresses.get(number)));
    }

    /// Leads a probe to another pod. Returns when the API has it.
    void pointProbe(int number, String endpoint) {
        api.putRaw(probeSlice(number, endpoint));
    }

    /// Services that can be changed without a connection noticing, in an order of their own.
    List<Integer> bystanders(int count) {
        List<Integer> all = new ArrayList<>();
        for (int i = 0; all.size() < count && i < size.services(); i++) {
            int number = (int) ((i * 7919L) % size.services());
            if (!isProbe(number)) {
                all.add(number);
            }
        }
        return all;
    }

    /// Exchanges one endpoint of a service.
    ///
    /// @param version another one means other addresses
    void change(int number, int version) {
        api.putRaw(slice(number, version));
    }

    private ObjectNode service(int number) {
        ObjectNode service = Json.object().put("apiVersion", "v1").put("kind", "Service");
        metadata(service, name(number));
        ObjectNode spec = service.putObject("spec");
        String address = text(addresses.get(number));
        spec.put("clusterIP", address).putArray("clusterIPs").add(address);
        spec.put("type", "ClusterIP").put("ipFamilyPolicy", "SingleStack");
        spec.putArray("ipFamilies").add("IPv4");
        spec.put("sessionAffinity", "None").put("internalTrafficPolicy", "Cluster");
        spec.putObject("selector").put("app", name(number));
        spec.putArray("ports")
                .addObject()
                .put("name", "http")
                .put("port", SERVICE_PORT)
                .put("targetPort", POD_PORT)
                .put("protocol", "TCP");
        service.putObject("status").putObject("loadBalancer");
        return service;
    }

    private ObjectNode slice(int number, int version) {
        List<String> endpoints = new ArrayList<>();
        for (int i = 0; i < size.endpoints(); i++) {
            long shift = i == 0 ? 524_287L * version : 0;
            long nth = (long) number * size.endpoints() + i + shift;
            endpoints.add(text((int) (FIRST_ENDPOINT + nth % ENDPOINT_ADDRESSES)));
        }
        return slice(number, endpoints);
    }

    private ObjectNode probeSlice(int number, String endpoint) {
        return slice(number, List.of(endpoint));
    }

    private ObjectNode slice(int number, List<String> endpoints) {
        ObjectNode slice =
                Json.object()
                        .put("apiVersion", "discovery.k8s.io/v1")
                        .put("kind", "EndpointSlice")
                        .put("addressType", "IPv4");
        ObjectNode metadata = metadata(slice, name(number) + "-abcde");
        metadata.putObject("labels")
                .put("endpointslice.kubernetes.io/managed-by", "endpointslice-controller.k8s.io")
                .put("kubernetes.io/service-name", name(number));
        slice.putArray("ports")
                .addObject()
                .put("name", "http")
                .put("port", POD_PORT)
                .put("protocol", "TCP");
        var list = slice.putArray("endpoints");
        for (int i = 0; i < endpoints.size(); i++) {
            ObjectNode endpoint = list.addObject();
            endpoint.putArray("addresses").add(endpoints.get(i));
            endpoint.putObject("conditions")
                    .put("ready", true)
                    .put("serving", true)
                    .put("terminating", false);
            endpoint.put("nodeName", "node-" + (1 + i % 50)).put("zone", "a");
            endpoint.putObject("targetRef")
                    .put("kind", "Pod")
                    .put("namespace", NAMESPACE)
                    .put("name", name(number) + "-" + i);
        }
        return slice;
    }

    private static ObjectNode metadata(ObjectNode object, String name) {
        return object.putObject("metadata")
                .put("name", name)
                .put("namespace", NAMESPACE)
                .put(
                        "uid",
                        UUID.nameUUIDFromBytes(
                                        name.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                                .toString())
                .put("creationTimestamp", "2026-01-01T00:00:00Z");
    }

    private static String name(int number) {
        return "service-" + number;
    }

    private static String text(int address) {
        byte[] bytes = java.nio.ByteBuffer.allocate(4).putInt(address).array();
        try {
            return InetAddress.getByAddress(bytes).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }
}
