package dev.swivel.linux.conntrack;

import dev.swivel.linux.IpFamily;

/// An entry of the connection table.
///
/// @param protocol IANA number
/// @param original as the first packet came, before any address translation
/// @param reply as answers come: after DNAT, its source is the endpoint
/// @param status `IPS_*` bits of linux/netfilter/nf_conntrack_common.h
/// @param mark the connection mark, 0 if none
/// @param zone the conntrack zone, 0 unless zones are used
/// @param id the kernel's number for the entry: a hash of its place in memory and its tuple
/// @param tcpState `TCP_CONNTRACK_*` of linux/netfilter/nf_conntrack_tcp.h; 0 for other protocols
public record Flow(
        int protocol,
        Tuple original,
        Tuple reply,
        int status,
        int mark,
        int zone,
        int id,
        int tcpState) {
    private static final int TIME_WAIT = 7;
    private static final int CLOSE = 8;
    private static final int SEEN_REPLY = 1 << 1;
    private static final int ASSURED = 1 << 2;
    private static final int DST_NAT = 1 << 5;

    public IpFamily family() {
        return IpFamily.of(original.destination());
    }

    /// Whether an answer was seen.
    public boolean isReplied() {
        return (status & SEEN_REPLY) != 0;
    }

    /// Whether traffic went both ways for a while; such entries are not dropped early.
    public boolean isAssured() {
        return (status & ASSURED) != 0;
    }

    /// Whether the destination was translated.
    public boolean isDestinationTranslated() {
        return (status & DST_NAT) != 0;
    }

    /// Whether it is a TCP connection that both sides have ended, or that was reset: the entry is
    /// only there for stray packets.
    public boolean isOver() {
        return tcpState == TIME_WAIT || tcpState == CLOSE;
    }
}
