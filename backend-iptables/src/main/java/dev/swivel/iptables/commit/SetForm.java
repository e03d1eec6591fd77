package dev.swivel.iptables.commit;

import dev.swivel.core.model.IpFamily;
import dev.swivel.iptables.render.Element;
import dev.swivel.iptables.render.ServiceSet;
import dev.swivel.iptables.rule.SetName;
import dev.swivel.linux.ipset.SetElement;
import dev.swivel.linux.ipset.SetSpec;
import dev.swivel.linux.ipset.SetType;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;

/// Sets and elements as the kernel knows them.
final class SetForm {
    private static final int MAX_ELEMENTS = 1 << 20;
    private static final int AFFINITY_BUCKETS = 64; // there is one set per endpoint; it grows

    private SetForm() {}

    static SetSpec spec(ServiceSet set, IpFamily family) {
        SetType type =
                switch (set.kind()) {
                    case IP_PORT -> SetType.HASH_IP_PORT;
                    case IP_PORT_IP -> SetType.HASH_IP_PORT_IP;
                    case IP_PORT_NET -> SetType.HASH_IP_PORT_NET;
                    case ANY_PORT -> SetType.HASH_NET_PORT;
                };
        return SetSpec.hash(set.name(family).text(), type, of(family))
                .withMaxElements(MAX_ELEMENTS);
    }

    static SetSpec affinity(SetName name, IpFamily family, int timeoutSeconds) {
        return SetSpec.hash(name.text(), SetType.HASH_IP, of(family))
                .withHashSize(AFFINITY_BUCKETS)
                .withMaxElements(MAX_ELEMENTS)
                .withTimeout(Duration.ofSeconds(timeoutSeconds));
    }

    /// Mostly one; a port on every address is two, because the kernel takes no /0.
    static List<SetElement> elements(Element element) {
        return switch (element) {
            case Element.IpPort(var _, var address, var protocol, var port) ->
                    List.of(
                            new SetElement.IpPort(
                                    address.toInetAddress(), protocol.number(), port));
            case Element.Hairpin(var address, var protocol, var port) ->
                    List.of(
                            new SetElement.IpPortIp(
                                    address.toInetAddress(),
                                    protocol.number(),
                                    port,
                                    address.toInetAddress()));
            case Element.Admitted(var address, var protocol, var port, var source) ->
                    List.of(
                            new SetElement.IpPortNet(
                                    address.toInetAddress(),
                                    protocol.number(),
                                    port,
                                    source.address().toInetAddress(),
                                    source.prefix()));
            case Element.AnyPort(var _, var family, var protocol, var port) ->
                    List.of(
                            half(family, 0, protocol.number(), port),
                            half(family, 0x80, protocol.number(), port));
        };
    }

    private static SetElement half(IpFamily family, int firstByte, int protocol, int port) {
        byte[] address = new byte[family.bits() / 8];
        address[0] = (byte) firstByte;
        try {
            return new SetElement.NetPort(InetAddress.getByAddress(address), 1, protocol, port);
        } catch (UnknownHostException e) {
            throw new AssertionError("length is 4 or 16", e);
        }
    }

    static dev.swivel.linux.IpFamily of(IpFamily family) {
        return switch (family) {
            case IPV4 -> dev.swivel.linux.IpFamily.IPV4;
            case IPV6 -> dev.swivel.linux.IpFamily.IPV6;
        };
    }
}
