package dev.swivel.core.watch.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.swivel.core.config.ProxyConfig.ClientConnection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KubeClientsTest {
    @TempDir Path folder;

    private static ClientConnection settings(Object kubeconfig, String master) {
        return new ClientConnection(kubeconfig.toString(), master, 5, 10);
    }

    private KubeClients clients(Map<String, String> environment) {
        return new KubeClients(environment, folder);
    }

    private Path kubeconfig(String server, String user) throws IOException {
        return Files.writeString(
                folder.resolve("config"),
                """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {%s}}]
                users: [{name: u, user: {%s}}]
                contexts: [{name: x, context: {cluster: c, user: u}}]
                current-context: x
                """
                        .formatted(server, user));
    }

    private String url(ClientConnection settings, Map<String, String> environment) {
        try (ApiConnection connection = clients(environment).connect(settings, "1.0")) {
            return connection.server();
        }
    }

    @Test
    void kubeconfigNamesTheServer() throws IOException {
        Path file = kubeconfig("server: 'http://10.0.0.1:6443'", "token: x");
        assertThat(url(settings(file, ""), Map.of())).isEqualTo("http://10.0.0.1:6443/");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://10.0.0.2:8080", "10.0.0.2:8080"})
    void masterOverridesTheKubeconfig(String master) throws IOException {
        Path file = kubeconfig("server: 'http://10.0.0.1:6443'", "token: x");
        assertThat(url(settings(file, master), Map.of())).startsWith("http://10.0.0.2:8080");
        assertThat(url(settings("", master), Map.of())).startsWith("http://10.0.0.2:8080");
    }

    @Test
    void podsOwnAccountIsTheLastResort() throws IOException {
        Files.writeString(folder.resolve("token"), "t");
        Files.writeString(folder.resolve("ca.crt"), "");
        Map<String, String> environment =
                Map.of("KUBERNETES_SERVICE_HOST", "2001:db8::1", "KUBERNETES_SERVICE_PORT", "443");
        assertThat(url(settings("", ""), environment)).isEqualTo("https://[2001:db8::1]:443/");
    }

    @Test
    void noSettingAtAllSaysWhatCanBeSet() {
        assertThatThrownBy(() -> url(settings("", ""), Map.of()))
                .isInstanceOf(ConnectionSettingsException.class)
                .hasMessageContainingAll(
                        "clientConnection.kubeconfig",
                        "--master",
                        "KUBERNETES_SERVICE_HOST",
                        "--manifests");
    }

    @Test
    void missingFilesAreNamed() {
        assertThatThrownBy(() -> url(settings("/nowhere/config", ""), Map.of()))
                .isInstanceOf(ConnectionSettingsException.class)
                .hasMessageContainingAll("/nowhere/config", "does not exist");
        Map<String, String> environment =
                Map.of("KUBERNETES_SERVICE_HOST", "10.0.0.1", "KUBERNETES_SERVICE_PORT", "443");
        assertThatThrownBy(() -> url(settings("", ""), environment))
                .isInstanceOf(ConnectionSettingsException.class)
                .hasMessageContaining(folder.resolve("token").toString());
    }

    @Test
    void kubeconfigsThatLeadNowhereSayWhatIsMissing() throws IOException {
        Path noServer = kubeconfig("insecure-skip-tls-verify: true", "token: x");
        assertThatThrownBy(() -> url(settings(noServer, ""), Map.of()))
                .isInstanceOf(ConnectionSettingsException.class)
                .hasMessageContaining("server");
        Path noContext =
                Files.writeString(folder.resolve("empty"), "apiVersion: v1\nkind: Config\n");
        assertThatThrownBy(() -> url(settings(noContext, ""), Map.of()))
                .isInstanceOf(ConnectionSettingsException.class)
                .hasMessageContaining("current-context");
        Path garbage = Files.writeString(folder.resolve("garbage"), "{{{{");
        assertThatThrownBy(() -> url(settings(garbage, ""), Map.of()))
                .isInstanceOf(ConnectionSettingsException.class)
                .hasMessageContaining(garbage.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://x", "http://", "not a url", "https:///path"})
    void masterThatIsNoUrlIsRefused(String master) {
        assertThatThrownBy(() -> url(settings("", master), Map.of()))
                .isInstanceOf(ConnectionSettingsException.class)
                .hasMessageContaining("--master");
    }

    @Test
    void tokenFileAndUserAgentAreSent() throws Exception {
        BlockingQueue<String> headers = new LinkedBlockingQueue<>();
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    headers.add(exchange.getRequestHeaders().getFirst("Authorization"));
                    headers.add(exchange.getRequestHeaders().getFirst("User-Agent"));
                    answer(exchange);
                });
        server.start();
        try {
            Files.writeString(folder.resolve("token"), "secret\n");
            Path file =
                    kubeconfig(
                            "server: 'http://127.0.0.1:" + server.getAddress().getPort() + "'",
                            "tokenFile: token");
            try (ApiConnection connection = clients(Map.of()).connect(settings(file, ""), "1.0")) {
                connection.get("/version").close();
            }
            assertThat(headers).containsExactly("Bearer secret", "swivel/1.0");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void anotherAuthorityInTheFileIsTrustedWithoutARestart() throws Exception {
        KeyStore before = selfSigned("before");
        KeyStore after = selfSigned("after");
        Path authority = Files.writeString(folder.resolve("ca.crt"), pem(before));
        int port;
        HttpsServer first = serve(before, 0);
        port = first.getAddress().getPort();
        Path file =
                kubeconfig(
                        "server: 'https://127.0.0.1:" + port + "', certificate-authority: ca.crt",
                        "token: x");
        try (ApiConnection connection = clients(Map.of()).connect(settings(file, ""), "1.0")) {
            connection.get("/version").close();
            first.stop(0);
            HttpsServer second = serve(after, port);
            try {
                assertThatThrownBy(() -> connection.get("/version"))
                        .isInstanceOf(IOException.class);
                Files.writeString(authority, pem(after));
                assertThatThrownBy(() -> connection.get("/version")) // notices the new file
                        .isInstanceOf(IOException.class);
                connection.get("/version").close();
            } finally {
                second.stop(0);
            }
        }
    }

    private static final char[] PASSWORD = "password".toCharArray();

    private KeyStore selfSigned(String name) throws Exception {
        Path file = folder.resolve(name + ".p12");
        Process keytool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/keytool").toString(),
                                "-genkeypair",
                                "-keyalg",
                                "EC",
                                "-alias",
                                "key",
                                "-dname",
                                "CN=" + name,
                                "-ext",
                                "san=ip:127.0.0.1",
                                "-keystore",
                                file.toString(),
                                "-storepass",
                                new String(PASSWORD))
                        .inheritIO()
                        .start();
        assertThat(keytool.waitFor()).isZero();
        return KeyStore.getInstance(file.toFile(), PASSWORD);
    }

    private static String pem(KeyStore store) throws Exception {
        return "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder().encodeToString(store.getCertificate("key").getEncoded())
                + "\n-----END CERTIFICATE-----\n";
    }

    private static HttpsServer serve(KeyStore store, int port) throws Exception {
        KeyManagerFactory keys =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        HttpsServer server =
                HttpsServer.create(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.createContext("/", KubeClientsTest::answer);
        server.start();
        return server;
    }

    private static void answer(HttpExchange exchange) throws IOException {
        byte[] body = "{\"major\":\"1\"}".getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
