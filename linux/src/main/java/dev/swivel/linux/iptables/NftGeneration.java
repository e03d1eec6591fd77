package dev.swivel.linux.iptables;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.swivel.linux.libc.ErrnoException;
import dev.swivel.linux.libc.Libc;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

/// The generation number of the nf_tables rule set (`NFT_MSG_GETGEN`, linux/netfilter/nf_tables.h).
final class NftGeneration {
    private static final int NETLINK_NETFILTER = 12;
    private static final int NLMSG_ERROR = 2;
    private static final int NLM_F_REQUEST = 1;
    private static final int GETGEN = 10 << 8 | 16;
    private static final int NFTA_GEN_ID = 1;
    private static final int HEADERS = 16 + 4;

    private NftGeneration() {}

    static long read() throws IOException {
        int fd = Libc.socket(Libc.AF_NETLINK, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC, NETLINK_NETFILTER);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(4096, 4);
            buffer.set(JAVA_INT, 0, HEADERS);
            buffer.set(JAVA_SHORT, 4, (short) GETGEN);
            buffer.set(JAVA_SHORT, 6, (short) NLM_F_REQUEST);
            long _ = Libc.send(fd, buffer, HEADERS, 0);
            if (!Libc.awaitReadable(fd, Duration.ofSeconds(5))) {
                throw new IOException("nf_tables generation: the kernel did not answer");
            }
            long length = Libc.recv(fd, buffer, 0);
            return generation(buffer, length);
        } finally {
            Libc.close(fd);
        }
    }

    private static long generation(MemorySegment message, long length) throws IOException {
        if (message.get(JAVA_SHORT, 4) == NLMSG_ERROR) {
            throw new ErrnoException("nf_tables generation", -message.get(JAVA_INT, 16));
        }
        long at = HEADERS;
        while (at + 8 <= length) {
            int size = Short.toUnsignedInt(message.get(JAVA_SHORT, at));
            if (message.get(JAVA_SHORT, at + 2) == NFTA_GEN_ID) {
                // nf_tables numbers travel in network byte order
                return Integer.toUnsignedLong(Integer.reverseBytes(message.get(JAVA_INT, at + 4)));
            }
            at += Math.max(4, size + 3 & ~3);
        }
        throw new IOException("nf_tables generation: the answer has none");
    }
}
