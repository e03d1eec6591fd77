package dev.swivel.lab.cluster;

import dev.swivel.lab.cluster.PodNetwork.NodePlace;
import dev.swivel.lab.cluster.PodNetwork.PodPlace;
import dev.swivel.lab.traffic.Place;
import dev.swivel.linux.exec.CommandException;
import dev.swivel.linux.netns.NamespaceThread;
import dev.swivel.linux.netns.NetworkNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/// A cluster of nodes and pods on one machine, each a network namespace, with a router and a
/// machine outside. Needs root.
///
/// It is removed when it is closed, when the JVM exits or is interrupted, and, if the JVM was
/// killed, when the next cluster is built or by [#removeLeftovers()].
public final class LabCluster implements AutoCloseable {
    private static final String ROUTER = "router";
    private static final String OUTSIDE = "outside";

    private final String prefix;
    private final IptablesFlavour flavour;
    private final StateDirectory state;
    private final Thread atExit = new Thread(this::close, "lab-removal");
    private final PodNetwork podNetwork;
    private final Map<String, NamespaceThread> threads = new ConcurrentHashMap<>();
    private final Map<String, Machine> machines = new LinkedHashMap<>(); // guarded by this
    private boolean closed; // guarded by this

    private LabCluster(LabClusterBuilder wanted, StateDirectory state) {
        this.prefix = wanted.prefix();
        this.flavour = wanted.flavour();
        this.podNetwork = wanted.podNetwork();
        this.state = state;
    }

    public static LabClusterBuilder builder() {
        return new LabClusterBuilder();
    }

    /// Removes what clusters of killed processes have left.
    public static void removeLeftovers() throws IOException {
        for (var state : StateDirectory.abandoned()) {
            Namespaces.remove(state.namespaces());
            state.delete();
        }
    }

    static LabCluster start(LabClusterBuilder wanted) throws IOException {
        removeLeftovers();
        var state = StateDirectory.claim(wanted.prefix());
        var cluster = new LabCluster(wanted, state);
        Runtime.getRuntime().addShutdownHook(cluster.atExit);
        try {
            cluster.build(wanted);
            return cluster;
        } catch (IOException | RuntimeException e) {
            try {
                cluster.close();
            } catch (RuntimeException again) {
                e.addSuppressed(again);
            }
            throw e;
        }
    }

    /// What all namespace names start with.
    public String prefix() {
        return prefix;
    }

    public List<Node> nodes() {
        return all(Node.class);
    }

    public List<Pod> pods() {
        return all(Pod.class);
    }

    public Node node(String name) {
        return machine(name, Node.class);
    }

    public Pod pod(String name) {
        return machine(name, Pod.class);
    }

    public Outside outside() {
        return machine(OUTSIDE, Outside.class);
    }

    public Router router() {
        return machine(ROUTER, Router.class);
    }

    /// Makes a pod; it answers when this returns.
    public Pod addPod(PodSpec spec) throws IOException {
        return addPods(List.of(spec)).getFirst();
    }

    /// Makes many pods at once, which is faster than one by one.
    public synchronized List<Pod> addPods(List<PodSpec> specs) throws IOException {
        requireOpen();
        Map<PodSpec, PodPlace> plans = new LinkedHashMap<>();
        for (var spec : specs) {
            if (machines.containsKey(spec.name())) {
                throw new IllegalArgumentException("pod " + spec.name() + " exists");
            }
            if (!spec.hostNetwork()) {
                int host = spec.host().orElseGet(node(spec.node())::takeHost);
                plans.put(spec, new PodPlace(namespace(spec.name()), host));
            }
        }
        enter(plans.keySet().stream().map(PodSpec::name).toList(), Sysctls.HOST);
        var wiring = new Wiring();
        plans.forEach((spec, plan) -> podNetwork.addPod(node(spec.node()).plan(), plan, wiring));
        wiring.run();
        awaitLinks(plans);
        var made = new ArrayList<Pod>();
        for (var spec : specs) {
            var node = node(spec.node());
            var plan = plans.get(spec);
            var pod =
                    plan == null
                            ? Pod.startOnHostNetwork(spec, node)
                            : Pod.start(spec, node, plan, place(spec.name()));
            machines.put(spec.name(), pod);
            made.add(pod);
        }
        return made;
    }

    /// Removes a pod as when it is deleted: its connections end, then its network is gone.
    public synchronized void removePod(String name) throws IOException {
        var pod = pod(name);
        pod.shutDown();
        machines.remove(name);
        if (!pod.spec().hostNetwork()) {
            threads.remove(name);
            Namespaces.remove(List.of(pod.namespace()));
        }
    }

    /// Stops everything that runs in the cluster and removes it. Closing twice does nothing.
    ///
    /// @throws UncheckedIOException if something could not be removed
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        // Pods before nodes: host-network pods live on their node's thread.
        machines.values().stream().toList().reversed().forEach(Machine::shutDown);
        threads.values().forEach(NamespaceThread::close);
        try {
            Namespaces.remove(state.namespaces());
            state.delete();
        } catch (IOException e) {
            throw new UncheckedIOException("cluster " + prefix + " is not removed", e);
        } finally {
            forgetExit();
        }
    }

    private synchronized void build(LabClusterBuilder wanted) throws IOException {
        var places =
                IntStream.rangeClosed(1, wanted.nodes())
                        .mapToObj(i -> new NodePlace(i, namespace("node-" + i)))
                        .toList();
        enter(List.of(ROUTER), Sysctls.ROUTER);
        enter(List.of(OUTSIDE), Sysctls.HOST);
        enter(places.stream().map(LabCluster::nodeName).toList(), Sysctls.NODE);
        wire(places);
        machines.put(ROUTER, new Router(namespace(ROUTER), place(ROUTER)));
        machines.put(OUTSIDE, new Outside(namespace(OUTSIDE), place(OUTSIDE)));
        for (var plan : places) {
            var name = nodeName(plan);
            var lock = state.file(name + ".xtables.lock");
            machines.put(name, new Node(plan, place(name), lock));
        }
        InParallel.forEach(nodes(), node -> masquerade(node, places));
        for (var route : wanted.routes().entrySet()) {
            var via = route.getValue().stream().map(this::node).toList();
            router().route(route.getKey(), via.isEmpty() ? nodes() : via);
        }
        addPods(wanted.pods());
    }

    private void wire(List<NodePlace> places) throws IOException {
        var wiring = new Wiring();
        var network = new NodeNetwork(namespace(ROUTER));
        network.addOutside(namespace(OUTSIDE), wiring);
        network.addRouter(places, wiring);
        for (var place : places) {
            network.addNode(place, wiring);
            podNetwork.addNode(place, places, wiring);
        }
        wiring.run();
        Links.awaitRunning(thread(OUTSIDE), "eth0");
        for (var place : places) {
            Links.awaitRunning(thread(nodeName(place)), "eth0");
        }
        Links.awaitRunning(thread(ROUTER), NodeNetwork.NODES);
    }

    private void awaitLinks(Map<PodSpec, PodPlace> pods) throws IOException {
        for (var pod : pods.entrySet()) {
            Links.awaitRunning(thread(pod.getKey().name()), "eth0");
            Links.awaitRunning(thread(pod.getKey().node()), podNetwork.device(pod.getValue()));
        }
    }

    private void masquerade(Node node, List<NodePlace> all) throws CommandException {
        var rules = Masquerade.rules(node.plan(), all);
        restore(node, flavour.restore().ipv4(), rules.ipv4());
        restore(node, flavour.restore().ipv6(), rules.ipv6());
    }

    private static void restore(Node node, String program, String rules) throws CommandException {
        node.command(List.of(program, "--noflush"))
                .withInput(rules.getBytes(StandardCharsets.UTF_8))
                .run();
    }

    /// Makes namespaces, and a thread and the settings in each.
    private void enter(Collection<String> names, Sysctls settings) throws IOException {
        if (names.isEmpty()) {
            return;
        }
        var namespaces = names.stream().map(this::namespace).toList();
        state.willMake(namespaces);
        Namespaces.create(namespaces);
        InParallel.forEach(
                names,
                name -> {
                    var thread = NetworkNamespace.open(namespace(name)).thread();
                    threads.put(name, thread);
                    settings.applyIn(thread);
                });
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("cluster " + prefix + " is closed");
        }
    }

    private void forgetExit() {
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException _) {
            // The JVM is exiting; this may be the hook itself.
        }
    }

    private Place place(String name) {
        return new Place(name, thread(name));
    }

    private NamespaceThread thread(String name) {
        var thread = threads.get(name);
        if (thread == null) {
            throw new IllegalStateException("no namespace for " + name);
        }
        return thread;
    }

    private String namespace(String name) {
        return prefix + "-" + name;
    }

    private static String nodeName(NodePlace place) {
        return "node-" + place.number();
    }

    private synchronized <M extends Machine> List<M> all(Class<M> kind) {
        return machines.values().stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private synchronized <M extends Machine> M machine(String name, Class<M> kind) {
        var machine = machines.get(name);
        if (!kind.isInstance(machine)) {
            throw new IllegalArgumentException(
                    "no %s named %s".formatted(kind.getSimpleName(), name));
        }
        return kind.cast(machine);
    }
}
