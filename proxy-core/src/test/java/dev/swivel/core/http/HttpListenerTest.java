package dev.swivel.core.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Byte for byte, as clients send it.
class HttpListenerTest {
    private static final String CLOSE = "Connection: close\r\n\r\n";

    private final HttpListener listener;

    HttpListenerTest() throws IOException {
        listener =
                HttpListener.open(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        HttpListenerTest::echo);
    }

    private static void echo(Exchange exchange) throws IOException {
        if (exchange.path().equals("/fault")) {
            throw new IllegalStateException("a defect of a page");
        }
        exchange.withHeader("X-Agent", String.join("+", exchange.header("user-AGENT")))
                .send(
                        200,
                        Exchange.TEXT,
                        exchange.method()
                                + " "
                                + exchange.path()
                                + "?"
                                + exchange.query()
                                + " "
                                + new String(exchange.body(3), ISO_8859_1));
    }

    @AfterEach
    void close() {
        listener.close();
    }

    private Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), listener.address().getPort());
    }

    /// All that comes until the server ends the connection.
    private String ask(String text) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(text.getBytes(ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    @Test
    void anAnswerIsWhole() throws IOException {
        assertThat(ask("GET /a%20b?c=%26d HTTP/1.1\r\nHost: x\r\nUser-Agent: me\r\n" + CLOSE))
                .matches(
                        "HTTP/1\\.1 200 OK\r\nDate: \\w{3}, \\d\\d \\w{3} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT\r\nContent-Type: text/plain; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\nX-Agent: me\r\nContent-Length: 14\r\nConnection: close\r\n\r\nGET /a b\\?c=&d ");
    }

    @Test
    void manyRequestsOnOneConnectionBodiesIncluded() throws IOException {
        String answers =
                ask(
                        "HEAD /one HTTP/1.1\r\n\r\n"
                                + "PUT /two HTTP/1.1\r\ncontent-length: 5\r\n\r\nabcde"
                                + "\r\nGET http://host/three HTTP/1.1\n\n"
                                + "GET /four HTTP/1.0\r\n\r\n"
                                + "GET /never HTTP/1.1\r\n\r\n");
        assertThat(answers.split("HTTP/1.1 200 OK\r\n", -1)).hasSize(5);
        assertThat(answers)
                .doesNotContain("HEAD /one?", "never")
                .containsSubsequence("PUT /two? abc", "GET /three? ", "close", "GET /four? ");
    }

    @Test
    void whoWaitsToBeAskedForTheBodyIsAsked() throws IOException {
        assertThat(
                        ask(
                                "PUT / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\n"
                                        + CLOSE
                                        + "abc"))
                .startsWith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK")
                .endsWith("PUT /? abc");
    }

    /// Nothing of it may be taken for a further request.
    @ParameterizedTest
    @CsvSource({"Transfer-Encoding: chunked", "Content-Length: 99999999999"})
    void aBodyWithoutEndIsTheEnd(String header) throws IOException {
        try (Socket socket = connect()) {
            String text = "POST / HTTP/1.1\r\n" + header + "\r\n\r\n3\r\nGET / HTTP/1.1\r\n\r\n";
            socket.getOutputStream().write(text.getBytes(ISO_8859_1));
            socket.shutdownOutput();
            assertThat(new String(socket.getInputStream().readAllBytes(), ISO_8859_1))
                    .containsOnlyOnce("HTTP/1.1 200 OK")
                    .contains("Connection: close");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET /, 400",
        "GET / HTTP/2.0, 400",
        "GET /% HTTP/1.1, 400",
        "GET / HTTP/1.1|no header, 400",
        "GET / HTTP/1.1|Content-Length: -1, 400",
        "GET / HTTP/1.1|Content-Length: 1|Content-Length: 2, 400",
    })
    void whatIsNoRequestIsRefused(String head, int code) throws IOException {
        assertThat(ask(head.replace("|", "\r\n") + "\r\n\r\n")).startsWith("HTTP/1.1 " + code);
    }

    @Test
    void whatIsTooMuchIsRefused() throws IOException {
        assertThat(ask("GET / HTTP/1.1\r\n" + "A: b\r\n".repeat(65) + "\r\n"))
                .startsWith("HTTP/1.1 431 ");
        assertThat(ask("GET /" + "x".repeat(20_000) + " HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 431 ");
    }

    @Test
    void aPageThatFailsEndsItsConnectionOnly() throws IOException {
        assertThat(ask("GET /fault HTTP/1.1\r\n\r\n")).isEmpty();
        assertThat(ask("GET / HTTP/1.1\r\n" + CLOSE)).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void moreThanItTakesAreTurnedAwayAtTheDoor() throws IOException {
        List<Socket> crowd = new ArrayList<>();
        try {
            for (int i = 0; i < 256; i++) {
                crowd.add(connect());
            }
            assertThat(ask("")).as("the 257th").isEmpty();
            crowd.removeLast().close();
            crowd.getFirst().getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(ISO_8859_1));
            assertThat(new String(crowd.getFirst().getInputStream().readAllBytes(), ISO_8859_1))
                    .as("in a crowd none stays for more")
                    .startsWith("HTTP/1.1 200 OK");
        } finally {
            for (Socket socket : crowd) {
                socket.close();
            }
        }
    }

    @Test
    void whenItIsClosedItsConnectionsAre() throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(ISO_8859_1));
            assertThat(socket.getInputStream().read()).isEqualTo('H');
            listener.close();
            var _ = socket.getInputStream().readAllBytes();
            assertThatThrownBy(this::connect).isInstanceOf(IOException.class);
        }
    }
}
