package dev.swivel.netfilter.commit;

import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.Protocol;
import dev.swivel.linux.IpFamily;
import dev.swivel.linux.ipset.PacketMark;
import dev.swivel.linux.ipset.SetChange;
import dev.swivel.linux.ipset.SetElement;
import dev.swivel.linux.ipset.SetSpec;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;

/// Sets and elements in the syntax of `ipset save` and `ipset restore`.
public final class SetText {
    private SetText() {}

    /// `create NAME TYPE ...`, without a line end.
    public static String create(SetSpec spec) {
        StringBuilder text = new StringBuilder("create ").append(spec.name()).append(' ');
        text.append(spec.type().kernelName());
        if (spec.type().isHash()) {
            text.append(" family ").append(spec.family() == IpFamily.IPV4 ? "inet" : "inet6");
            text.append(" hashsize ").append(spec.hashSize());
            text.append(" maxelem ").append(spec.maxElements());
        } else {
            text.append(" range ").append(spec.firstPort()).append('-').append(spec.lastPort());
        }
        spec.timeout().ifPresent(time -> text.append(" timeout ").append(time.toSeconds()));
        return text.append(spec.withMarks() ? " skbinfo" : "").toString();
    }

    /// `add NAME ELEMENT` or `del NAME ELEMENT`, without a line end.
    public static String change(SetChange change) {
        return switch (change) {
            case SetChange.Add(var set, var element, var timeout, var mark, var _) ->
                    "add "
                            + set
                            + " "
                            + element(element)
                            + timeout.map(time -> " timeout " + time.toSeconds()).orElse("")
                            + mark(mark);
            case SetChange.Delete(var set, var element, var _) ->
                    "del " + set + " " + element(element);
        };
    }

    private static String mark(Optional<PacketMark> mark) {
        return mark.map(m -> " skbmark 0x%x/0x%x".formatted(m.value(), m.mask())).orElse("");
    }

    private static String element(SetElement element) {
        return switch (element) {
            case SetElement.Ip(var ip) -> ip(ip);
            case SetElement.IpPort(var ip, var protocol, var port) ->
                    ip(ip) + "," + port(protocol, port);
            case SetElement.IpPortIp(var ip, var protocol, var port, var ip2) ->
                    ip(ip) + "," + port(protocol, port) + "," + ip(ip2);
            case SetElement.IpPortNet(var ip, var protocol, var port, var net, var prefix) ->
                    ip(ip) + "," + port(protocol, port) + "," + ip(net) + "/" + prefix;
            case SetElement.Net(var net, var prefix) -> ip(net) + "/" + prefix;
            case SetElement.NetPort(var net, var prefix, var protocol, var port) ->
                    ip(net) + "/" + prefix + "," + port(protocol, port);
            case SetElement.Port(var port) -> Integer.toString(port);
        };
    }

    private static String ip(InetAddress address) {
        return IpAddress.of(address).toString();
    }

    private static String port(int protocol, int port) {
        for (Protocol known : Protocol.values()) {
            if (known.number() == protocol) {
                return known.lower().toLowerCase(Locale.ROOT) + ":" + port;
            }
        }
        return protocol + ":" + port;
    }
}
