package dev.swivel.lab.bench.seam;

import dev.swivel.core.backend.BackendContext;
import dev.swivel.core.backend.BackendException;
import dev.swivel.core.backend.Drift;
import dev.swivel.core.backend.ProxyBackend;
import dev.swivel.core.config.ConfigDefaults;
import dev.swivel.core.model.Change;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.ProxyState;
import dev.swivel.core.model.ResolvedService;
import dev.swivel.lab.bench.Samples;
import dev.swivel.lab.bench.Size;
import dev.swivel.linux.exec.Command;
import dev.swivel.linux.libc.Libc;
import dev.swivel.linux.netns.NamespaceThread;
import dev.swivel.linux.netns.NetworkNamespace;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;

/// A node in a namespace with so many services, and the backend that serves it.
final class MeasuredNode implements AutoCloseable {
    private static final Duration TOOLS = Duration.ofMinutes(10);

    /// The chain by which kubelet tells which iptables a node uses; user-mode Linux has no
    /// nf_tables.
    private static final String HINT = "KUBE-IPTABLES-HINT";

    private final String mode;
    private final Size size;
    private final SyntheticState states;
    private final NetworkNamespace namespace;
    private final NamespaceThread thread;
    private final ProxyBackend backend;
    private final List<Double> changes = new ArrayList<>();
    private ProxyState state;
    private int turn;
    private double first;
    private long calls;

    private MeasuredNode(String mode, Size size, NetworkNamespace namespace) {
        this.mode = mode;
        this.size = size;
        this.backend = backend(mode);
        this.states = new SyntheticState(size);
        this.state = states.all();
        this.namespace = namespace;
        this.thread = namespace.thread();
    }

    /// Programs all services.
    static MeasuredNode start(String mode, Size size) throws IOException {
        MeasuredNode node = new MeasuredNode(mode, size, namespace("ours", size));
        try {
            node.thread.run(node::program);
            return node;
        } catch (IOException e) {
            node.close();
            throw e;
        }
    }

    private static NetworkNamespace namespace(String what, Size size) throws IOException {
        NetworkNamespace made =
                NetworkNamespace.create(
                        "swivel-bench-%s-%s-%d"
                                .formatted(what, size, ProcessHandle.current().pid()));
        try {
            var _ = made.call(() -> Command.of("ip", "link", "set", "lo", "up").run());
            return made;
        } catch (IOException e) {
            made.close();
            throw e;
        }
    }

    private void program() throws IOException {
        if (isIpvs()) {
            var _ = Command.of("iptables-legacy", "-w", "-t", "mangle", "-N", HINT).run();
        }
        try {
            backend.start(
                    new BackendContext(
                            ConfigDefaults.defaults(),
                            Set.of(IpFamily.IPV4),
                            new SimpleMeterRegistry()));
            long start = System.nanoTime();
            var _ = backend.apply(state, Change.everything("start"));
            first = since(start);
        } catch (BackendException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /// Exchanges one endpoint of one service.
    ///
    /// @param counts whether it is to be among the figures
    void change(boolean counts) throws IOException {
        int number = (int) (turn * 7919L % size.services());
        ResolvedService service = states.service(number, turn / size.services() % 2 == 0);
        turn++;
        ProxyState next = states.with(state, service);
        Change change = Change.of(Set.of(service.name()));
        thread.run(() -> {
            try {
                long callsBefore = Libc.calls();
                long start = System.nanoTime();
                var _ = backend.apply(next, change);
                double took = since(start);
                if (counts) {
                    changes.add(took);
                    calls += Libc.calls() - callsBefore;
                }
                state = next;
                audit();
            } catch (BackendException e) {
                throw new IOException(e.getMessage(), e);
            }
        });
    }

    /// As the daemon does about every second: lets drained real servers go.
    private void audit() throws BackendException, IOException {
        Drift drift = backend.audit(state);
        if (!drift.findings().isEmpty()) {
            throw new IOException("not as programmed: " + drift.findings());
        }
    }

    /// Feeds what the kernel holds now to the standard tools, in a namespace of their own.
    SeamFigures figures() throws IOException {
        String servers = isIpvs() ? thread.call(() -> saved("ipvsadm", "-Sn")) : "";
        String sets = thread.call(() -> saved("ipset", "save"));
        try (NetworkNamespace tools = namespace("tools", size)) {
            return new SeamFigures(
                    size,
                    first,
                    new Samples(changes),
                    (double) calls / changes.size(),
                    isIpvs()
                            ? tools.call(() -> timeOf(servers, "ipvsadm", "--restore"))
                            : Double.NaN,
                    tools.call(() -> timeOf(sets, "ipset", "restore")));
        }
    }

    private static String saved(String... command) throws IOException {
        return Command.of(command).withTimeout(TOOLS).run().text();
    }

    private static double timeOf(String input, String... command) throws IOException {
        byte[] bytes = input.getBytes(StandardCharsets.UTF_8);
        long start = System.nanoTime();
        var _ = Command.of(command).withTimeout(TOOLS).withInput(bytes).run();
        return since(start);
    }

    private static double since(long start) {
        return (System.nanoTime() - start) / 1e6;
    }

    private boolean isIpvs() {
        return mode.equals("ipvs");
    }

    private static ProxyBackend backend(String mode) {
        return ServiceLoader.load(ProxyBackend.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(each -> each.name().equals(mode))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("this build has no mode " + mode));
    }

    @Override
    public void close() {
        thread.run(backend::close);
        thread.close();
        namespace.close();
    }
}
