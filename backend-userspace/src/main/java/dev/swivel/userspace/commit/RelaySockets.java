package dev.swivel.userspace.commit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/// Looks for sockets of relays, of whatever process, as `/proc/net/tcp` shows them (proc(5)): for
/// as long as there are any, their addresses are needed.
final class RelaySockets {
    private static final String TIME_WAIT = "06"; // no process has these
    private static final int LOCAL_ADDRESS = 1;
    private static final int STATE = 3;

    private RelaySockets() {}

    /// In the network namespace of the calling thread.
    static boolean present() throws IOException {
        for (String file : List.of("tcp", "tcp6", "udp", "udp6")) {
            Path path = Path.of("/proc/thread-self/net", file);
            if (Files.exists(path)) {
                try (Stream<String> lines = Files.lines(path)) {
                    if (lines.skip(1).anyMatch(RelaySockets::isOfRelay)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static boolean isOfRelay(String line) {
        String[] fields = line.strip().split("\\s+", STATE + 2);
        return fields.length > STATE
                && !fields[STATE].equals(TIME_WAIT)
                && Cleanup.isInner(address(fields[LOCAL_ADDRESS]));
    }

    /// The kernel writes an address as words in its own byte order.
    private static InetAddress address(String text) {
        byte[] bytes = HexFormat.of().parseHex(text.substring(0, text.indexOf(':')));
        ByteBuffer words = ByteBuffer.wrap(bytes);
        ByteBuffer address = ByteBuffer.allocate(bytes.length).order(ByteOrder.nativeOrder());
        while (words.hasRemaining()) {
            address.putInt(words.getInt());
        }
        try {
            return InetAddress.getByAddress(address.array());
        } catch (UnknownHostException e) {
            throw new AssertionError("length is 4 or 16", e);
        }
    }
}
