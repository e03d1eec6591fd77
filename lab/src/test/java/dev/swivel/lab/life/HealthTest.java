package dev.swivel.lab.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swivel.lab.cluster.Daemon;
import dev.swivel.lab.life.NodeHttp.Answer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The health address, asked by those who probe it and by those who mean it harm.
class HealthTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String HEALTH = "http://127.0.0.1:10256";
    private static final String TIME = "\"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z\"";
    private static final String FAMILY = "\\{\"lastUpdated\":" + TIME + ",\"healthy\":true}";
    private static final String NODE =
            """
            apiVersion: v1
            kind: Node
            metadata: {name: node-1}
            status: {addresses: [{type: InternalIP, address: 10.128.0.2}]}
            """;

    @TempDir Path directory;

    @Test
    void theAnswersAreKubeProxysToTheLetter() throws Exception {
        try (ServedCluster served = new ServedCluster(directory, "nft")) {
            served.startSwivel();
            await().atMost(PATIENCE).until(() -> served.syncs() >= 1);
            Answer unknownNode = NodeHttp.get(served.node(), HEALTH + "/healthz");
            assertThat(unknownNode.code()).isEqualTo(503);
            assertThat(unknownNode.body()).matches(json(",\"nodeEligible\":false"));
            Answer live = NodeHttp.get(served.node(), HEALTH + "/livez");
            assertThat(live.code()).isEqualTo(200);
            assertThat(live.type()).isEqualTo("application/json");
            assertThat(live.sniffing()).isEqualTo("nosniff");
            assertThat(live.body()).matches(json(""));

            served.api.objects().apply(NODE);
            await().atMost(PATIENCE)
                    .until(() -> NodeHttp.get(served.node(), HEALTH + "/healthz").code() == 200);
            assertThat(NodeHttp.get(served.node(), HEALTH + "/healthz").body())
                    .matches(json(",\"nodeEligible\":true"));
            assertThat(NodeHttp.get(served.node(), HEALTH + "/")).returns(404, Answer::code);
            assertThat(NodeHttp.ask(served.node(), "DELETE", HEALTH + "/livez", java.util.Map.of()))
                    .as("any method")
                    .returns(200, Answer::code);
        }
    }

    private static String json(String eligible) {
        return "\\{\"lastUpdated\":"
                + TIME
                + ",\"currentTime\":"
                + TIME
                + eligible
                + ",\"healthy\":true,\"status\":\\{\"IPv4\":"
                + FAMILY
                + ",\"IPv6\":"
                + FAMILY
                + "}}";
    }

    @Test
    void anAddressThatIsTakenIsServedOnceItIsFree() throws Exception {
        try (ServedCluster served = new ServedCluster(directory, "nft")) {
            ServerSocket other = occupy(served);
            try {
                served.startSwivel();
                await().atMost(PATIENCE).until(() -> served.syncs() >= 1);
                assertThat(served.logText())
                        .containsOnlyOnce("cannot listen on healthzBindAddress 0.0.0.0:10256");
            } finally {
                other.close();
            }
            await().atMost(PATIENCE)
                    .ignoreExceptionsInstanceOf(IOException.class)
                    .until(() -> NodeHttp.get(served.node(), HEALTH + "/livez").code() == 200);
        }
    }

    @Test
    void withHardFailItIsTheEndAndAnEvent() throws Exception {
        try (ServedCluster served = new ServedCluster(directory, "nft");
                ServerSocket other = occupy(served)) {
            assertThat(other.isBound()).isTrue();
            Daemon swivel = served.startSwivel("--bind-address-hard-fail");
            assertThat(swivel.process().waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(swivel.process().exitValue()).isEqualTo(1);
            assertThat(EventsTest.reasons(served)).contains("FailedToStartProxierHealthcheck");
        }
    }

    private static ServerSocket occupy(ServedCluster served) throws Exception {
        return served.node()
                .place()
                .thread()
                .call(() -> {
                    ServerSocket socket = new ServerSocket();
                    socket.bind(new InetSocketAddress("0.0.0.0", 10256));
                    return socket;
                });
    }

    /// Thousands of connections: silent ones, ones that drip a header, ones with an endless body.
    /// None is kept for long, and whoever asks properly is answered again soon.
    @Test
    void connectionsWithoutEndAreNoneOfItsBusiness() throws Exception {
        try (ServedCluster served = new ServedCluster(directory, "nft")) {
            Daemon swivel = served.startSwivel();
            await().atMost(PATIENCE).until(() -> served.syncs() >= 1);
            List<Socket> crowd = new ArrayList<>();
            try {
                for (int i = 0; i < 3000; i++) {
                    crowd.add(visitor(served, i % 3));
                }
                await().atMost(PATIENCE)
                        .ignoreExceptionsInstanceOf(IOException.class)
                        .until(() -> NodeHttp.get(served.node(), HEALTH + "/livez").code() == 200);
                await().atMost(PATIENCE).until(() -> openFiles(served, swivel) < 200);
            } finally {
                for (Socket socket : crowd) {
                    socket.close();
                }
            }
        }
    }

    private static long openFiles(ServedCluster served, Daemon swivel) throws Exception {
        return served.node().exec("ls", "/proc/" + swivel.pid() + "/fd").text().lines().count();
    }

    private static Socket visitor(ServedCluster served, int kind) throws Exception {
        return served.node()
                .place()
                .thread()
                .call(() -> {
                    Socket socket = new Socket();
                    try {
                        socket.connect(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 10256),
                                1000);
                        OutputStream out = socket.getOutputStream();
                        if (kind > 0) {
                            out.write(
                                    "POST /livez HTTP/1.1\r\nHost: x\r\n"
                                            .getBytes(StandardCharsets.US_ASCII));
                        }
                        if (kind > 1) {
                            out.write(
                                    "Content-Length: 99999999999\r\n\r\nx"
                                            .getBytes(StandardCharsets.US_ASCII));
                        }
                    } catch (IOException _) {
                        // turned away at the door
                    }
                    return socket;
                });
    }
}
