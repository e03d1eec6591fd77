package dev.swivel.lab.traffic;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/// The server's side of one connection. Line by line:
///
/// - `who` is answered with the [Greeting]; the connection stays open.
/// - `echo TEXT` is answered with `TEXT`, to tell whether a long-lived connection still works.
/// - `GET …` is answered as HTTP with the greeting as its body, so that curl can be used by hand.
///
/// The client closes first, so that TIME_WAIT and its port are the client's.
final class Dialogue {
    static final String WHO = "who";
    static final String ECHO = "echo ";

    private final ServerName name;
    private final SocketChannel connection;
    private final Supplier<Behaviour> behaviour;

    Dialogue(ServerName name, SocketChannel connection, Supplier<Behaviour> behaviour) {
        this.name = name;
        this.connection = connection;
        this.behaviour = behaviour;
    }

    void run() throws IOException, InterruptedException {
        var greeting =
                new Greeting(
                        name,
                        (InetSocketAddress) connection.getRemoteAddress(),
                        (InetSocketAddress) connection.getLocalAddress());
        var requests =
                new BufferedReader(
                        new InputStreamReader(
                                Channels.newInputStream(connection), StandardCharsets.UTF_8));
        var answers = Channels.newOutputStream(connection);
        for (var line = requests.readLine(); line != null; line = requests.readLine()) {
            if (line.startsWith("GET ")) {
                skipHeaders(requests);
            }
            switch (behaviour.get()) {
                case Behaviour.Answer(var delay) -> {
                    Thread.sleep(delay);
                    send(answers, answer(line, greeting));
                }
                case Behaviour.Silence() -> {}
                case Behaviour.Reset() -> {
                    Closing.withReset(connection);
                    return;
                }
            }
        }
    }

    private static String answer(String request, Greeting greeting) {
        if (request.startsWith(ECHO)) {
            return request.substring(ECHO.length()) + "\n";
        }
        if (request.startsWith("GET ")) {
            var body = greeting.line() + "\n";
            return "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s"
                    .formatted(body.length(), body);
        }
        return request.equals(WHO) ? greeting.line() + "\n" : "unknown request\n";
    }

    private static void skipHeaders(BufferedReader requests) throws IOException {
        for (var line = requests.readLine(); line != null; line = requests.readLine()) {
            if (line.isEmpty()) {
                return;
            }
        }
    }

    private static void send(OutputStream answers, String text) throws IOException {
        answers.write(text.getBytes(StandardCharsets.UTF_8));
    }
}
