package dev.swivel.lab.bench;

import dev.swivel.lab.api.EmbeddedApi;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// A synthetic cluster in an API. A few services, spread over the whole range of addresses, are
/// probes: their only endpoint is a pod that answers.
final class SyntheticCluster {
    private final EmbeddedApi api;
    private final Size size;
    private final SyntheticObjects objects;
    private final String answering;

    /// @param seed which ClusterIPs there are
    /// @param answering the address of the pod that all probes lead to at first
    SyntheticCluster(EmbeddedApi api, Size size, long seed, String answering) {
        this.api = api;
        this.size = size;
        this.objects = new SyntheticObjects(size, seed);
        this.answering = answering;
    }

    void fill() {
        api.objects().createNamespace(SyntheticObjects.NAMESPACE);
        for (int i = 0; i < size.services(); i++) {
            api.putRaw(objects.service(i));
            api.putRaw(isProbe(i) ? objects.slice(i, answering) : objects.slice(i, 0));
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
        return objects.clusterIp(number);
    }

    /// Leads a probe to another pod. Returns when the API has it.
    void pointProbe(int number, String endpoint) {
        api.putRaw(objects.slice(number, endpoint));
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
        api.putRaw(objects.slice(number, version));
    }
}
