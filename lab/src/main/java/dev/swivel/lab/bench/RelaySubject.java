package dev.swivel.lab.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// A way from the client to the endpoint.
///
/// @param name as reports call it
/// @param address where the client connects to
/// @param argv the proxy's command line; empty for none
/// @param environment of the proxy
record RelaySubject(
        String name, String address, List<String> argv, Map<String, String> environment) {
    private static final String SERVICE = "10.96.0.10";

    /// Who asks it does so from [RelayNetwork#KEPT_CLIENT], and is taken for a pod.
    static final String KEPT_SERVICE = "10.96.0.11";

    /// Led to HAProxy as the services are to Swivel: by DNAT.
    static final String CAPTURED_ADDRESS = "10.96.0.12";

    private static final List<Integer> TCP_PORTS =
            List.of(RelayServer.BULK, RelayServer.ECHO, RelayServer.SHORT, RelayServer.IDLE);

    static RelaySubject direct() {
        return new RelaySubject("direct", RelayNetwork.ENDPOINT, List.of(), Map.of());
    }

    /// HAProxy in TCP mode with splice, one thread per processor, which is its default.
    static RelaySubject haproxy(Path directory) throws IOException {
        String ports =
                TCP_PORTS.stream()
                        .map(port ->
                                """
                                listen p%1$d
                                  bind %2$s:%1$d
                                  bind %3$s:%1$d
                                  server e %4$s:%1$d
                                """
                                        .formatted(
                                                port,
                                                RelayNetwork.NODE,
                                                RelayNetwork.CAPTURED_NODE,
                                                RelayNetwork.ENDPOINT))
                        .collect(Collectors.joining());
        Path file = directory.resolve("haproxy.cfg");
        Files.writeString(
                file,
                """
                global
                  maxconn 9200
                  maxpipes 100
                defaults
                  mode tcp
                  option splice-auto
                  timeout connect 5s
                  timeout client 1h
                  timeout server 1h
                """
                        + ports);
        return new RelaySubject(
                "haproxy",
                RelayNetwork.NODE,
                List.of("haproxy", "-db", "-f", file.toString()),
                Map.of());
    }

    /// The same, addressed as a service: what is more is the floor of any proxy that captures so.
    RelaySubject captured() {
        return new RelaySubject(name + ", captured", CAPTURED_ADDRESS, argv, environment);
    }

    /// The daemon as users run it, with two Services from a directory of manifests.
    static RelaySubject swivel(Path directory) throws IOException {
        Path manifests = Files.createDirectories(directory.resolve("manifests"));
        Files.writeString(
                manifests.resolve("services.yaml"),
                service("bench", SERVICE) + service("kept", KEPT_SERVICE));
        Subject swivel = Subject.swivel("");
        List<String> argv = new ArrayList<>(swivel.command());
        argv.addAll(
                List.of(
                        "--proxy-mode=userspace",
                        "--hostname-override=node",
                        "--cluster-cidr=" + RelayNetwork.KEPT_CLIENT + "/32",
                        "--manifests=" + manifests));
        return new RelaySubject("swivel", SERVICE, argv, swivel.environment());
    }

    /// The same, asked by a pod: the endpoint sees its address.
    RelaySubject kept() {
        return new RelaySubject(name + ", source kept", KEPT_SERVICE, argv, environment);
    }

    private static String service(String name, String address) {
        return """
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: %1$s, namespace: default}
        spec:
          clusterIP: %2$s
          ports:
        %3$s---
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata:
          name: %1$s-1
          namespace: default
          labels: {kubernetes.io/service-name: %1$s}
        addressType: IPv4
        endpoints:
        - addresses: [%4$s]
          nodeName: node
          conditions: {ready: true}
        ports:
        %5$s\
        """
                .formatted(
                        name,
                        address,
                        ports("  - {name: p%1$d, port: %1$d, targetPort: %1$d, protocol: %2$s}\n"),
                        RelayNetwork.ENDPOINT,
                        ports("- {name: p%1$d, port: %1$d, protocol: %2$s}\n"));
    }

    private static String ports(String line) {
        return IntStream.rangeClosed(RelayServer.BULK, RelayServer.DATAGRAMS)
                .mapToObj(
                        port -> line.formatted(port, port == RelayServer.DATAGRAMS ? "UDP" : "TCP"))
                .collect(Collectors.joining());
    }

    /// Whether it carries UDP.
    boolean datagrams() {
        return !name.startsWith("haproxy");
    }
}
