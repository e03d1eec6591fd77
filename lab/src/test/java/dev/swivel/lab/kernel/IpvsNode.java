package dev.swivel.lab.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swivel.core.backend.BackendContext;
import dev.swivel.core.backend.BackendException;
import dev.swivel.core.backend.Drift;
import dev.swivel.core.backend.ProxyBackend;
import dev.swivel.core.config.ConfigDefaults;
import dev.swivel.core.config.ProxyConfig;
import dev.swivel.core.model.Change;
import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.LocalTraffic;
import dev.swivel.core.model.NodePortAddresses;
import dev.swivel.core.model.NodeView;
import dev.swivel.core.model.Problem;
import dev.swivel.core.model.ProxyState;
import dev.swivel.core.model.ResolvedService;
import dev.swivel.ipvs.IpvsBackend;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A node in a fresh namespace, and the backend that serves it.
final class IpvsNode implements AutoCloseable {
    static final String ADDRESS = "10.128.0.2";

    private final OwnNamespace namespace;
    private final ProxyConfig config;
    private ProxyBackend backend = new IpvsBackend();
    private ProxyState state;

    IpvsNode() throws IOException {
        this(ConfigDefaults.defaults());
    }

    IpvsNode(ProxyConfig config) throws IOException {
        this.config = config;
        namespace = OwnNamespace.create();
        run("ip", "address", "add", ADDRESS + "/24", "dev", "lo");
        // user-mode Linux has no nf_tables
        run("iptables-legacy", "-w", "-t", "mangle", "-N", "KUBE-IPTABLES-HINT");
        state = ProxyState.empty(IpFamily.IPV4, view());
    }

    private static NodeView view() {
        return new NodeView(
                "node-1",
                Optional.empty(),
                List.of(IpAddress.of(ADDRESS)),
                new LocalTraffic.FromCidr(Cidr.of("10.244.0.0/16")),
                NodePortAddresses.ALL,
                List.of(IpAddress.of("127.0.0.1"), IpAddress.of(ADDRESS)),
                false);
    }

    BackendContext context() {
        return new BackendContext(config, Set.of(IpFamily.IPV4), new SimpleMeterRegistry());
    }

    ProxyBackend backend() {
        return backend;
    }

    ProxyState state() {
        return state;
    }

    interface Work<T> {
        T run() throws IOException, BackendException;
    }

    interface Action {
        void run() throws IOException, BackendException;
    }

    void inside(Action action) {
        Object _ =
                inside(() -> {
                    action.run();
                    return "";
                });
    }

    <T> T inside(Work<T> work) {
        return namespace
                .namespace()
                .call(() -> {
                    try {
                        return work.run();
                    } catch (IOException | BackendException e) {
                        throw new IllegalStateException(e.getMessage(), e);
                    }
                });
    }

    /// What a program prints that runs inside.
    String run(String... command) throws IOException {
        return namespace.run(command);
    }

    void start() {
        inside(() -> backend.start(context()));
    }

    /// As after a crash: nothing is remembered but what the kernel holds.
    void restart() {
        backend.close();
        backend = new IpvsBackend();
        start();
    }

    List<Problem> apply(ResolvedService service) {
        return apply(service, Change.of(Set.of(service.name())));
    }

    List<Problem> apply(ResolvedService service, Change change) {
        take(service);
        return inside(() -> backend.apply(state, change).refused());
    }

    /// Lets the state have the service, without telling the backend.
    void take(ResolvedService service) {
        state =
                new ProxyState(
                        IpFamily.IPV4,
                        state.generation() + 1,
                        state.node(),
                        state.services().plus(service.name(), service));
    }

    void withdraw(ResolvedService service) {
        state =
                new ProxyState(
                        IpFamily.IPV4,
                        state.generation() + 1,
                        state.node(),
                        state.services().minus(service.name()));
        inside(() -> backend.apply(state, Change.of(Set.of(service.name()))));
    }

    Drift audit() {
        return inside(() -> backend.audit(state));
    }

    /// What the daemon does after an audit with findings, or a failure.
    void applyAll() {
        inside(() -> backend.apply(state, Change.everything("others changed something")));
    }

    void repair() {
        applyAll();
        assertThat(audit().findings()).isEmpty();
    }

    String servers() throws IOException {
        return run("ipvsadm", "-Sn");
    }

    static List<String> sorted(String text) {
        return text.lines().sorted().toList();
    }

    @Override
    public void close() {
        backend.close();
        namespace.close();
    }
}
