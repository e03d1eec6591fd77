package dev.swivel.core.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Reads requests from one connection (RFC 9112), as far as this server understands them. What it
/// does not understand is a [BadRequestException].
final class RequestReader {
    private static final int MOST_HEADERS = 64;
    private static final int LONGEST_HEAD = 16 * 1024;
    private static final int BUFFER_BYTES = 2048;

    /// What is skipped for the sake of keeping a connection.
    private static final long LONGEST_REST = 64 * 1024;

    private static final long UNKNOWN = Long.MAX_VALUE;

    private final Socket socket;
    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int limit;
    private int headBytes;

    /// Of the body, not read yet.
    private long left;

    private long deadline = System.nanoTime();

    RequestReader(Socket socket) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
    }

    /// The next request; nothing when the client asks no more.
    ///
    /// @param silence how long it may take to begin
    /// @param time how long it may take to come, body included, once it has begun
    /// @throws SocketTimeoutException when it takes longer
    Optional<Request> next(Duration silence, Duration time) throws IOException {
        skipRest();
        deadline = System.nanoTime() + silence.toNanos();
        headBytes = 0;
        if (position == limit && !fill()) {
            return Optional.empty();
        }
        deadline = System.nanoTime() + time.toNanos();
        return Optional.of(head());
    }

    private Request head() throws IOException {
        String first = line();
        while (first.isEmpty()) { // before a request they are allowed
            first = line();
        }
        String[] parts = first.split(" ", -1);
        if (parts.length != 3 || parts[0].isEmpty() || !parts[2].startsWith("HTTP/1.")) {
            throw new BadRequestException(400, "not a request of HTTP/1.1");
        }
        URI target = target(parts[1]);
        Map<String, List<String>> headers = headers();
        left = bodyLength(headers);
        boolean keepsAlive =
                !parts[2].equals("HTTP/1.0")
                        && headers.getOrDefault("Connection", List.of()).stream()
                                .noneMatch("close"::equalsIgnoreCase);
        return new Request(
                parts[0],
                Optional.ofNullable(target.getPath()).orElse(""),
                Optional.ofNullable(target.getQuery()).orElse(""),
                headers,
                keepsAlive);
    }

    private static URI target(String text) throws BadRequestException {
        try {
            return new URI(text.startsWith("//") ? "/." + text : text);
        } catch (URISyntaxException _) {
            throw new BadRequestException(400, "not a path");
        }
    }

    private Map<String, List<String>> headers() throws IOException {
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        int count = 0;
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon < 1 || ++count > MOST_HEADERS) {
                throw new BadRequestException(
                        colon < 1 ? 400 : 431, colon < 1 ? "not a header" : "too many headers");
            }
            headers.computeIfAbsent(line.substring(0, colon), _ -> new ArrayList<>(1))
                    .add(line.substring(colon + 1).strip());
        }
        return headers;
    }

    /// One of unknown length is nothing that a page here would read.
    private static long bodyLength(Map<String, List<String>> headers) throws BadRequestException {
        if (headers.containsKey("Transfer-Encoding")) {
            return UNKNOWN;
        }
        List<String> lengths = headers.getOrDefault("Content-Length", List.of("0"));
        try {
            long length = Long.parseUnsignedLong(lengths.getFirst());
            if (lengths.size() == 1 && length >= 0) {
                return length;
            }
        } catch (NumberFormatException _) {
            // as below
        }
        throw new BadRequestException(400, "not a Content-Length");
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (true) {
            if (position == limit && !fill()) {
                throw new EOFException();
            }
            if (++headBytes > LONGEST_HEAD) {
                throw new BadRequestException(431, "too long");
            }
            byte next = buffer[position++];
            if (next == '\n') {
                String text = line.toString(ISO_8859_1);
                return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
            }
            line.write(next);
        }
    }

    /// The next bytes of the body, at most so many.
    byte[] body(int most) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        if (left != UNKNOWN) {
            long end = Math.max(left - most, 0);
            while (left > end && (position < limit || fill())) {
                int count = (int) Math.min(limit - position, left - end);
                body.write(buffer, position, count);
                position += count;
                left -= count;
            }
        }
        return body.toByteArray();
    }

    /// Whether more is left of the body than is worth skipping.
    boolean hasMuchLeft() {
        return left > LONGEST_REST;
    }

    /// Reads what is left of the body, or as much of it as is worth it: a connection that is closed
    /// before is cut, and its last answer may be lost.
    void skipRest() throws IOException {
        left = Math.min(left, LONGEST_REST);
        while (left > 0 && (position < limit || fill())) {
            int count = (int) Math.min(limit - position, left);
            position += count;
            left -= count;
        }
    }

    private boolean fill() throws IOException {
        long millis = (deadline - System.nanoTime()) / 1_000_000;
        if (millis <= 0) {
            throw new SocketTimeoutException();
        }
        socket.setSoTimeout((int) millis);
        int count = in.read(buffer);
        position = 0;
        limit = Math.max(count, 0);
        return count > 0;
    }
}
