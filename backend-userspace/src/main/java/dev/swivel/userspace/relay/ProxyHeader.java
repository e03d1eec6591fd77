package dev.swivel.userspace.relay;

import dev.swivel.core.model.IpFamily;
import dev.swivel.userspace.route.Arrival;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/// PROXY protocol, version 2 (haproxy.org, proxy-protocol.txt, section 2.2): tells an endpoint who
/// the client is, before the client's first byte.
final class ProxyHeader {
    private static final byte[] SIGNATURE = {
        0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a
    };
    private static final byte VERSION_2_PROXY = 0x21;
    private static final byte TCP_OVER_IPV4 = 0x11;
    private static final byte TCP_OVER_IPV6 = 0x21;

    private ProxyHeader() {}

    static byte[] of(Arrival arrival) {
        boolean ipv4 = arrival.client().family() == IpFamily.IPV4;
        int addresses = ipv4 ? 12 : 36;
        return ByteBuffer.allocate(SIGNATURE.length + 4 + addresses)
                .put(SIGNATURE)
                .put(VERSION_2_PROXY)
                .put(ipv4 ? TCP_OVER_IPV4 : TCP_OVER_IPV6)
                .putShort((short) addresses)
                .put(arrival.client().bytes())
                .put(arrival.service().bytes())
                .putShort((short) arrival.clientPort())
                .putShort((short) arrival.servicePort())
                .array();
    }

    /// The first bytes of a new connection always find room.
    static void send(Socket socket, Arrival arrival, Loop loop) throws IOException {
        byte[] header = of(arrival);
        MemorySegment.ofAddress(loop.buffer())
                .reinterpret(header.length)
                .copyFrom(MemorySegment.ofArray(header));
        if (socket.sendAddress(loop.buffer(), 0, header.length) < header.length) {
            throw new IOException("no room for the PROXY protocol header");
        }
    }
}
