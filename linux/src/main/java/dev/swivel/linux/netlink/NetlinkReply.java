package dev.swivel.linux.netlink;

import java.nio.ByteBuffer;

/// One message from the kernel, or from a multicast group.
///
/// @param type for nfnetlink, the subsystem in the upper byte and the command in the lower
/// @param payload what follows the netlink header, in native byte order, from its position
public record NetlinkReply(int type, int flags, int sequence, ByteBuffer payload) {
    /// The attributes after the protocol's own header.
    ///
    /// @param headerBytes the length of that header, such as [Netlink#NFGENMSG_BYTES]
    public Attributes attributes(int headerBytes) {
        if (payload.remaining() < headerBytes) {
            throw new MalformedMessageException(
                    "a message of " + payload.remaining() + " bytes (header: " + headerBytes + ")");
        }
        return Attributes.of(
                payload.slice(payload.position() + headerBytes, payload.remaining() - headerBytes));
    }
}
