package dev.swivel.core.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.swivel.core.config.ConfigException;
import dev.swivel.core.config.ConfigReader;
import dev.swivel.core.config.ConfigText;
import dev.swivel.core.config.ProxyConfig;
import dev.swivel.core.model.Change;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.ObjectRef;
import dev.swivel.core.model.Problem;
import dev.swivel.core.model.ProxyState;
import dev.swivel.core.model.ResolvedService;
import dev.swivel.core.model.ServiceName;
import dev.swivel.core.resolve.ClusterFixture;
import dev.swivel.core.sync.NodeViews;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.pcollections.HashTreePMap;

class ServiceHealthPortsTest {
    private static final ServiceName ONE = new ServiceName("demo", "one");
    private static final ServiceName TWO = new ServiceName("demo", "two");

    private final List<Problem> problems = new ArrayList<>();
    private final ServiceHealthPorts ports =
            new ServiceHealthPorts(
                    new ProxyHealth(InstantSource.system(), Duration.ofSeconds(30)), problems::add);
    private final int port;

    ServiceHealthPortsTest() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
    }

    @AfterEach
    void close() {
        ports.close();
    }

    @Test
    void eachFamilyOfADualStackServiceIsAnsweredByItsOwnCount() throws Exception {
        ports.synced(state(IpFamily.IPV4, ONE, 2), Change.everything("start"));
        ports.synced(state(IpFamily.IPV6, ONE, 3), Change.everything("start"));

        assertThat(problems).isEmpty();
        assertThat(ask("127.0.0.1")).contains("\"localEndpoints\": 2");
        assertThat(ask("[::1]")).contains("\"localEndpoints\": 3");
    }

    @Test
    void theAnswerIsKubeProxysToTheLetter() throws Exception {
        ports.synced(state(IpFamily.IPV4, ONE, 2), Change.everything("start"));
        var some = answer("127.0.0.1", "/any/path");
        assertThat(some.statusCode()).isEqualTo(200);
        assertThat(some.headers().map())
                .containsEntry("content-type", List.of("application/json"))
                .containsEntry("x-content-type-options", List.of("nosniff"))
                .containsEntry("x-load-balancing-endpoint-weight", List.of("2"));
        assertThat(some.body())
                .isEqualTo(
                        "{\n\t\"service\": {\n\t\t\"namespace\": \"demo\",\n\t\t\"name\": \"one\"\n\t},\n\t\"localEndpoints\": 2,\n\t\"serviceProxyHealthy\": true\n}");

        ports.synced(state(IpFamily.IPV4, ONE, 0), Change.of(Set.of(ONE)));
        var none = answer("127.0.0.1", "/");
        assertThat(none.statusCode()).isEqualTo(503);
        assertThat(none.body()).contains("\"localEndpoints\": 0");
    }

    @Test
    void aFamilyThatGoesLeavesTheOtherItsSocket() throws Exception {
        ports.synced(state(IpFamily.IPV4, ONE, 2), Change.everything("start"));
        ports.synced(state(IpFamily.IPV6, ONE, 3), Change.everything("start"));
        ports.synced(none(IpFamily.IPV4), Change.of(Set.of(ONE)));

        assertThat(ask("[::1]")).contains("\"localEndpoints\": 3");
        assertThat(ask("127.0.0.1")).contains("no Service of this IP family");
    }

    @Test
    void aPortPassesFromOneServiceToAnotherInOneSync() throws Exception {
        ports.synced(state(IpFamily.IPV4, ONE, 1), Change.everything("start"));
        ports.synced(state(IpFamily.IPV4, TWO, 1), Change.of(Set.of(ONE, TWO)));

        assertThat(problems).isEmpty();
        assertThat(ask("127.0.0.1")).contains("two");
    }

    @Test
    void aPortPassesFromOneDualStackServiceToAnother() throws Exception {
        ports.synced(state(IpFamily.IPV4, ONE, 1), Change.everything("start"));
        ports.synced(state(IpFamily.IPV6, ONE, 1), Change.everything("start"));
        ports.synced(state(IpFamily.IPV4, TWO, 1), Change.of(Set.of(ONE, TWO)));
        ports.synced(state(IpFamily.IPV6, TWO, 1), Change.of(Set.of(ONE, TWO)));

        assertThat(problems).isEmpty();
        assertThat(ask("127.0.0.1")).contains("two");
        assertThat(ask("[::1]")).contains("two");
    }

    @Test
    void ofTwoServicesWithOnePortTheSecondIsReportedOnceAndServedWhenTheFirstGoes()
            throws Exception {
        ports.synced(state(IpFamily.IPV4, ONE, 1), Change.everything("start"));
        var both = state(IpFamily.IPV4, ONE, 1);
        var second = state(IpFamily.IPV4, TWO, 1).services().get(TWO);
        var together =
                new ProxyState(IpFamily.IPV4, 2, both.node(), both.services().plus(TWO, second));
        ports.synced(together, Change.of(Set.of(TWO)));
        ports.synced(together, Change.of(Set.of()));

        assertThat(problems).extracting(Problem::object).containsExactly(ObjectRef.service(TWO));
        assertThat(ask("127.0.0.1")).contains("one");
        ports.synced(state(IpFamily.IPV4, TWO, 1), Change.of(Set.of(ONE)));
        assertThat(ask("127.0.0.1")).contains("two");
    }

    @Test
    void openPortsFollowTheNodesAddresses() throws Exception {
        ports.synced(at("127.0.0.1"), Change.everything("start"));
        assertThat(ask("127.0.0.1")).contains("one");
        ports.synced(at("127.0.0.2"), new Change(false, true, Set.of(), "changed"));
        assertThat(ask("127.0.0.2")).contains("one");
        assertThatThrownBy(() -> ask("127.0.0.1")).isInstanceOf(ConnectException.class);
    }

    private ProxyState at(String address) throws ConfigException {
        ProxyConfig config =
                ConfigReader.read(
                                ConfigText.parse("nodePortAddresses: [127.0.0.0/8]", "test")
                                        .document(),
                                "test",
                                "")
                        .config();
        return new ProxyState(
                IpFamily.IPV4,
                1,
                NodeViews.of(
                        config,
                        "node-1",
                        IpFamily.IPV4,
                        Optional.empty(),
                        List.of(IpAddress.of(address))),
                state(IpFamily.IPV4, ONE, 1).services());
    }

    private static ProxyState none(IpFamily family) {
        return ProxyState.empty(family, ClusterFixture.node("node-1", ""));
    }

    private ProxyState state(IpFamily family, ServiceName name, int localEndpoints) {
        var service = new ResolvedService(name, List.of(), port, localEndpoints);
        return new ProxyState(
                family,
                1,
                ClusterFixture.node("node-1", ""),
                HashTreePMap.singleton(name, service));
    }

    private String ask(String host) throws Exception {
        return answer(host, "/").body();
    }

    private HttpResponse<String> answer(String host, String path) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://" + host + ":" + port + path));
        try (var client = HttpClient.newHttpClient()) {
            return client.send(request.build(), BodyHandlers.ofString());
        }
    }
}
