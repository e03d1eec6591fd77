package dev.swivel.linux.conntrack;

import dev.swivel.linux.IpFamily;
import java.net.InetAddress;
import java.util.Optional;
import java.util.OptionalInt;

/// Which flows to look at. What is absent matches all.
///
/// @param originalDestination where the client sent to, such as a cluster IP
/// @param originalPort the port the client sent to; needs a protocol
/// @param replySource who answers, such as an endpoint's address
public record FlowFilter(
        IpFamily family,
        OptionalInt protocol,
        Optional<InetAddress> originalDestination,
        OptionalInt originalPort,
        Optional<InetAddress> replySource) {
    public FlowFilter {
        if (originalPort.isPresent() && protocol.isEmpty()) {
            throw new IllegalArgumentException("a port means nothing without a protocol");
        }
        originalDestination.ifPresent(a -> checkFamily(family, a));
        replySource.ifPresent(a -> checkFamily(family, a));
    }

    /// All flows of a family.
    public static FlowFilter of(IpFamily family) {
        return new FlowFilter(
                family,
                OptionalInt.empty(),
                Optional.empty(),
                OptionalInt.empty(),
                Optional.empty());
    }

    public FlowFilter withProtocol(int number) {
        return new FlowFilter(
                family, OptionalInt.of(number), originalDestination, originalPort, replySource);
    }

    public FlowFilter withOriginalDestination(InetAddress address) {
        return new FlowFilter(family, protocol, Optional.of(address), originalPort, replySource);
    }

    public FlowFilter withOriginalPort(int port) {
        return new FlowFilter(
                family, protocol, originalDestination, OptionalInt.of(port), replySource);
    }

    public FlowFilter withReplySource(InetAddress address) {
        return new FlowFilter(
                family, protocol, originalDestination, originalPort, Optional.of(address));
    }

    public boolean matches(Flow flow) {
        return flow.family() == family
                && (protocol.isEmpty() || protocol.getAsInt() == flow.protocol())
                && (originalPort.isEmpty()
                        || originalPort.getAsInt() == flow.original().destinationPort())
                && originalDestination.map(flow.original().destination()::equals).orElse(true)
                && replySource.map(flow.reply().source()::equals).orElse(true);
    }

    private static void checkFamily(IpFamily family, InetAddress address) {
        if (IpFamily.of(address) != family) {
            throw new IllegalArgumentException(
                    "address: " + address.getHostAddress() + " (expected: " + family + ")");
        }
    }
}
