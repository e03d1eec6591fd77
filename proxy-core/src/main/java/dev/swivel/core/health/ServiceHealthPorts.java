package dev.swivel.core.health;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.swivel.core.model.Change;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.NodePortAddresses;
import dev.swivel.core.model.ObjectRef;
import dev.swivel.core.model.Problem;
import dev.swivel.core.model.ProxyState;
import dev.swivel.core.model.ResolvedService;
import dev.swivel.core.model.ServiceName;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Tells load balancers whether this node has local endpoints of a Service, on the health-check
/// node port of each Service that has one (spec 9.2). Opened, moved and closed after each sync;
/// confined to the sync thread but for the answers.
public final class ServiceHealthPorts implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final DefaultPrettyPrinter TABS = tabs();

    private record Key(IpFamily family, ServiceName service) {}

    private static final class Listener {
        private final int port;
        private final List<HttpServer> servers;
        private volatile int localEndpoints;

        private Listener(int port, List<HttpServer> servers) {
            this.port = port;
            this.servers = servers;
        }
    }

    private final ProxyHealth health;
    private final Consumer<Problem> problems;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<Key, Listener> listeners = new HashMap<>();
    private final Set<Key> failed = new HashSet<>();

    /// @param problems told of each port that cannot be opened, once
    public ServiceHealthPorts(ProxyHealth health, Consumer<Problem> problems) {
        this.health = health;
        this.problems = problems;
    }

    /// Makes the ports fit the state. Costs what the change is; ports that could not be opened are
    /// tried again.
    public void synced(ProxyState state, Change change) {
        Set<ServiceName> names =
                new HashSet<>(change.full() ? state.services().keySet() : change.services());
        failed.stream()
                .filter(key -> key.family() == state.family())
                .forEach(key -> names.add(key.service()));
        if (change.full()) {
            listeners.keySet().stream()
                    .filter(key -> key.family() == state.family())
                    .forEach(key -> names.add(key.service()));
        }
        names.forEach(name -> update(state, name));
    }

    private void update(ProxyState state, ServiceName name) {
        Key key = new Key(state.family(), name);
        ResolvedService service = state.services().get(name);
        int port = service == null ? 0 : service.healthCheckNodePort();
        Listener listener = listeners.get(key);
        if (listener != null && listener.port != port) {
            listeners.remove(key);
            listener.servers.forEach(server -> server.stop(0));
            listener = null;
        }
        if (port == 0 || service == null) {
            failed.remove(key);
            return;
        }
        if (listener == null) {
            listener = open(key, port, state.node().nodePortAddresses());
        }
        if (listener != null) {
            listener.localEndpoints = service.localReadyEndpoints();
        }
    }

    private @Nullable Listener open(Key key, int port, NodePortAddresses addresses) {
        Listener listener = new Listener(port, new ArrayList<>());
        try {
            for (InetSocketAddress address : sockets(key.family(), port, addresses)) {
                HttpServer server = HttpServer.create(address, 16);
                listener.servers.add(server);
                server.setExecutor(threads);
                server.createContext("/", exchange -> answer(exchange, key.service(), listener));
                server.start();
            }
        } catch (IOException e) {
            listener.servers.forEach(server -> server.stop(0));
            if (failed.add(key)) {
                problems.accept(
                        new Problem(
                                ObjectRef.service(key.service()),
                                "FailedToStartServiceHealthcheck",
                                "health check node port "
                                        + port
                                        + " cannot be opened ("
                                        + e.getMessage()
                                        + "): load balancers will not send traffic to this node. Free the port or change spec.healthCheckNodePort"));
            }
            return null;
        }
        failed.remove(key);
        listeners.put(key, listener);
        return listener;
    }

    private static List<InetSocketAddress> sockets(
            IpFamily family, int port, NodePortAddresses addresses) {
        return switch (addresses) {
            case NodePortAddresses.All() ->
                    List.of(
                            new InetSocketAddress(
                                    IpAddress.of(family == IpFamily.IPV4 ? "0.0.0.0" : "::")
                                            .toInetAddress(),
                                    port));
            case NodePortAddresses.Only(var only) ->
                    only.stream()
                            .map(ip -> new InetSocketAddress(ip.toInetAddress(), port))
                            .toList();
        };
    }

    private void answer(HttpExchange exchange, ServiceName name, Listener listener)
            throws IOException {
        boolean proxyHealthy = health.status().healthy();
        int count = listener.localEndpoints;
        exchange.getResponseHeaders()
                .set("X-Load-Balancing-Endpoint-Weight", Integer.toString(count));
        HttpAnswers.send(
                exchange,
                count > 0 && proxyHealthy ? 200 : 503,
                "application/json",
                body(name, count, proxyHealthy));
    }

    private static String body(ServiceName name, int count, boolean proxyHealthy)
            throws JsonProcessingException {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.putObject("service").put("namespace", name.namespace()).put("name", name.name());
        json.put("localEndpoints", count).put("serviceProxyHealthy", proxyHealthy);
        return JSON.writer(TABS).writeValueAsString(json);
    }

    private static DefaultPrettyPrinter tabs() {
        Separators separators =
                Separators.createDefaultInstance()
                        .withObjectFieldValueSpacing(Separators.Spacing.AFTER);
        return new DefaultPrettyPrinter(separators)
                .withObjectIndenter(new DefaultIndenter("\t", "\n"));
    }

    @Override
    public void close() {
        listeners.values().forEach(listener -> listener.servers.forEach(server -> server.stop(0)));
        threads.close();
    }
}
