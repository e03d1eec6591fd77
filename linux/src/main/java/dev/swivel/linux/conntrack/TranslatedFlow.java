package dev.swivel.linux.conntrack;

import java.net.InetAddress;
import java.time.Duration;
import java.util.OptionalInt;

/// A flow to come, whose source address is to be translated.
///
/// @param protocol IANA number of a protocol with ports
/// @param original as this machine will send it
/// @param source the address that the other side is to see
/// @param sourcePort the port that the other side is to see; absent for the original one or, if
///   that is taken, any
/// @param timeout after which the entry goes, whole seconds
/// @param prolonged whether packets start the timeout again, as they do for others
public record TranslatedFlow(
        int protocol,
        Tuple original,
        InetAddress source,
        OptionalInt sourcePort,
        Duration timeout,
        boolean prolonged) {}
