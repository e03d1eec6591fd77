package dev.swivel.netfilter.commit;

import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.Protocol;
import dev.swivel.linux.ipset.SetElement;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/// A port on every address, for a set of type hash:net,port.
public final class AnyPort {
    private AnyPort() {}

    /// The two halves of the address space, because the kernel takes no /0.
    public static List<SetElement> elements(IpFamily family, Protocol protocol, int port) {
        return List.of(half(family, 0, protocol, port), half(family, 0x80, protocol, port));
    }

    private static SetElement half(IpFamily family, int firstByte, Protocol protocol, int port) {
        byte[] address = new byte[family.bits() / 8];
        address[0] = (byte) firstByte;
        try {
            return new SetElement.NetPort(
                    InetAddress.getByAddress(address), 1, protocol.number(), port);
        } catch (UnknownHostException e) {
            throw new AssertionError("length is 4 or 16", e);
        }
    }
}
