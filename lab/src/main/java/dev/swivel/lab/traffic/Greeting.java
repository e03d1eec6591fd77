package dev.swivel.lab.traffic;

import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;

/// The one line a server answers: who it is, which peer it saw, and which of its addresses was
/// asked.
///
/// @param peer the source of the request as it arrived, after any masquerade
/// @param local the destination as it arrived, after any DNAT
public record Greeting(ServerName server, InetSocketAddress peer, InetSocketAddress local) {

    /// For example `pod=web-1 container=main node=node-1 peer=192.168.1.12:40112 local=…`.
    public String line() {
        return "pod=%s container=%s node=%s peer=%s local=%s"
                .formatted(
                        server.pod(),
                        server.container(),
                        server.node(),
                        SocketText.format(peer),
                        SocketText.format(local));
    }

    /// Reads what [#line()] writes; fields of later versions are ignored.
    ///
    /// @throws IllegalArgumentException if the line is not a greeting
    public static Greeting parse(String line) {
        Map<String, String> fields = new HashMap<>();
        for (var word : line.strip().split(" ", -1)) {
            int equals = word.indexOf('=');
            if (equals > 0) {
                fields.put(word.substring(0, equals), word.substring(equals + 1));
            }
        }
        return new Greeting(
                new ServerName(
                        field(fields, "pod", line),
                        field(fields, "container", line),
                        field(fields, "node", line)),
                SocketText.parse(field(fields, "peer", line)),
                SocketText.parse(field(fields, "local", line)));
    }

    private static String field(Map<String, String> fields, String name, String line) {
        var value = fields.get(name);
        if (value == null) {
            throw new IllegalArgumentException("greeting without " + name + ": " + line);
        }
        return value;
    }
}
