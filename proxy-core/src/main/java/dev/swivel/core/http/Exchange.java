package dev.swivel.core.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A request, and the way to answer it.
public final class Exchange {
    public static final String TEXT = "text/plain; charset=utf-8";

    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private final Request request;
    private final RequestReader reader;
    private final OutputStream out;
    private final InetAddress localAddress;
    private final Map<String, String> headers = new LinkedHashMap<>();
    private boolean last;
    private boolean answered;

    /// @param last whether the connection ends with this answer
    Exchange(Request request, RequestReader reader, Socket socket, boolean last)
            throws IOException {
        this.request = request;
        this.reader = reader;
        this.out = socket.getOutputStream();
        this.localAddress = socket.getLocalAddress();
        this.last = last;
    }

    /// `GET` and the like, as it came.
    public String method() {
        return request.method();
    }

    /// Decoded.
    public String path() {
        return request.path();
    }

    /// Decoded; empty if there is none.
    public String query() {
        return request.query();
    }

    /// The values of a header, whatever the case of its name.
    public List<String> header(String name) {
        return request.headers().getOrDefault(name, List.of());
    }

    /// The first bytes of what came with the request, at most so many.
    public byte[] body(int most) throws IOException {
        if (request.awaitsContinue()) {
            out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(ISO_8859_1));
        }
        return reader.body(most);
    }

    /// The address at which the client reached this.
    public InetAddress localAddress() {
        return localAddress;
    }

    /// Of the answer.
    public Exchange withHeader(String name, String value) {
        headers.put(name, value);
        return this;
    }

    /// The whole answer. Where much is left of the request that [#body] did not take, the
    /// connection ends with it.
    public void send(int code, String contentType, String text) throws IOException {
        byte[] body = text.getBytes(UTF_8);
        answered = true;
        StringBuilder head = new StringBuilder();
        head.append("HTTP/1.1 ").append(code).append(' ').append(reason(code)).append("\r\n");
        header(head, "Date", DATE.format(Instant.now()));
        header(head, "Content-Type", contentType);
        header(head, "X-Content-Type-Options", "nosniff");
        headers.forEach((name, value) -> header(head, name, value));
        header(head, "Content-Length", Integer.toString(body.length));
        last |= reader.hasMuchLeft();
        if (last) {
            header(head, "Connection", "close");
        }
        byte[] start = head.append("\r\n").toString().getBytes(ISO_8859_1);
        int length = method().equals("HEAD") ? 0 : body.length;
        byte[] all = new byte[start.length + length];
        System.arraycopy(start, 0, all, 0, start.length);
        System.arraycopy(body, 0, all, start.length, length);
        out.write(all);
        out.flush();
    }

    public void notFound() throws IOException {
        send(404, TEXT, "404 page not found\n");
    }

    boolean isLast() {
        return last || !answered;
    }

    private static void header(StringBuilder head, String name, String value) {
        head.append(name).append(": ").append(value).append("\r\n");
    }

    private static String reason(int code) {
        return switch (code) {
            case 200 -> "OK";
            case 400 -> "Bad Request";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 406 -> "Not Acceptable";
            case 431 -> "Request Header Fields Too Large";
            case 503 -> "Service Unavailable";
            default -> "";
        };
    }
}
