package dev.swivel.core.health;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import dev.swivel.core.http.HttpAnswers;
import dev.swivel.core.http.HttpListener;
import dev.swivel.core.model.Change;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.NodePortAddresses;
import dev.swivel.core.model.ObjectRef;
import dev.swivel.core.model.Problem;
import dev.swivel.core.model.ProxyState;
import dev.swivel.core.model.ResolvedService;
import dev.swivel.core.model.ServiceName;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Tells load balancers whether this node has local endpoints of a Service, on the health-check
/// node port of each Service that has one (spec 9.2). Opened, moved and closed after each sync;
/// confined to the sync thread but for the answers.
///
/// A socket on the wildcard address takes requests of both IP families, so the two families share
/// it: those of one dual-stack Service, or for a moment of two, while a port passes from one to the
/// other family by family.
public final class ServiceHealthPorts implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final DefaultPrettyPrinter TABS = tabs();

    private record Key(IpFamily family, ServiceName service) {}

    /// One family of a Service on its port.
    private static final class Listener {
        private final ServiceName service;
        private final int port;
        private final List<InetSocketAddress> addresses;
        private volatile int localEndpoints;

        private Listener(ServiceName service, int port, List<InetSocketAddress> addresses) {
            this.service = service;
            this.port = port;
            this.addresses = addresses;
        }
    }

    /// An open socket and who answers there.
    private record Socket(HttpListener server, Map<IpFamily, Listener> listeners) {}

    private final ProxyHealth health;
    private final Consumer<Problem> problems;
    private final Map<Key, Listener> listeners = new HashMap<>();
    private final Map<InetSocketAddress, Socket> sockets = new HashMap<>();
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
        if (change.node()) {
            listeners.forEach((key, listener) -> {
                if (key.family() == state.family() && !listensWhereItShould(listener, state)) {
                    names.add(key.service());
                }
            });
        }
        // First what goes: another Service may get the same port in the same sync.
        names.forEach(name -> release(state, name));
        names.forEach(name -> serve(state, name));
    }

    /// The node's addresses may have changed since it was opened.
    private static boolean listensWhereItShould(Listener listener, ProxyState state) {
        return listener.addresses.equals(
                addresses(listener.port, state.node().nodePortAddresses()));
    }

    private static int port(ProxyState state, ServiceName name) {
        ResolvedService service = state.services().get(name);
        return service == null ? 0 : service.healthCheckNodePort();
    }

    private void release(ProxyState state, ServiceName name) {
        Key key = new Key(state.family(), name);
        int port = port(state, name);
        Listener listener = listeners.get(key);
        if (listener != null && (listener.port != port || !listensWhereItShould(listener, state))) {
            listeners.remove(key);
            close(key, listener);
        }
        if (port == 0) {
            failed.remove(key);
        }
    }

    private void serve(ProxyState state, ServiceName name) {
        ResolvedService service = state.services().get(name);
        if (service == null || service.healthCheckNodePort() == 0) {
            return;
        }
        Key key = new Key(state.family(), name);
        Listener listener = listeners.get(key);
        if (listener == null) {
            listener = open(key, service.healthCheckNodePort(), state.node().nodePortAddresses());
        }
        if (listener != null) {
            listener.localEndpoints = service.localReadyEndpoints();
        }
    }

    private @Nullable Listener open(Key key, int port, NodePortAddresses addresses) {
        Listener listener = new Listener(key.service(), port, addresses(port, addresses));
        try {
            for (InetSocketAddress address : listener.addresses) {
                add(key.family(), listener, open(address));
            }
        } catch (IOException e) {
            close(key, listener);
            if (failed.add(key)) {
                problems.accept(notOpened(key, port, e));
            }
            return null;
        }
        failed.remove(key);
        listeners.put(key, listener);
        return listener;
    }

    private Socket open(InetSocketAddress address) throws IOException {
        Socket present = sockets.get(address);
        if (present != null) {
            return present;
        }
        Map<IpFamily, Listener> families = new ConcurrentHashMap<>();
        HttpListener server = HttpListener.open(address, exchange -> answer(exchange, families));
        Socket socket = new Socket(server, families);
        sockets.put(address, socket);
        return socket;
    }

    private static void add(IpFamily family, Listener listener, Socket socket) throws IOException {
        Listener present = socket.listeners().putIfAbsent(family, listener);
        if (present != null) {
            throw new IOException("it belongs to " + present.service);
        }
    }

    private void close(Key key, Listener listener) {
        for (InetSocketAddress address : listener.addresses) {
            Socket socket = sockets.get(address);
            if (socket != null) {
                socket.listeners().remove(key.family(), listener);
                if (socket.listeners().isEmpty()) {
                    sockets.remove(address);
                    socket.server().close();
                }
            }
        }
    }

    private static Problem notOpened(Key key, int port, IOException cause) {
        return new Problem(
                ObjectRef.service(key.service()),
                "FailedToStartServiceHealthcheck",
                "health check node port "
                        + port
                        + " cannot be opened ("
                        + cause.getMessage()
                        + "): load balancers will not send traffic to this node. Free the port or change spec.healthCheckNodePort");
    }

    private static List<InetSocketAddress> addresses(int port, NodePortAddresses addresses) {
        return switch (addresses) {
            case NodePortAddresses.All() -> List.of(new InetSocketAddress(port));
            case NodePortAddresses.Only(var only) ->
                    only.stream()
                            .map(ip -> new InetSocketAddress(ip.toInetAddress(), port))
                            .toList();
        };
    }

    private void answer(HttpExchange exchange, Map<IpFamily, Listener> families)
            throws IOException {
        boolean ipv4 = exchange.getLocalAddress().getAddress() instanceof Inet4Address;
        Listener listener = families.get(ipv4 ? IpFamily.IPV4 : IpFamily.IPV6);
        if (listener == null) {
            HttpAnswers.send(exchange, 404, "text/plain", "no Service of this IP family\n");
            return;
        }
        int count = listener.localEndpoints;
        boolean proxyHealthy = health.status().healthy();
        exchange.getResponseHeaders()
                .set("X-Load-Balancing-Endpoint-Weight", Integer.toString(count));
        HttpAnswers.send(
                exchange,
                count > 0 && proxyHealthy ? 200 : 503,
                "application/json",
                body(listener.service, count, proxyHealthy));
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
        sockets.values().forEach(socket -> socket.server().close());
    }
}
