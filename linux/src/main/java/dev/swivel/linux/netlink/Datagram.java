package dev.swivel.linux.netlink;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// Takes apart what one recv(2) brought: one or more messages.
final class Datagram {
    // enum nlmsgerr_attrs
    private static final int ATTR_MSG = 1;
    private static final int ATTR_OFFSET = 2;

    private Datagram() {}

    static List<NetlinkReply> messages(byte[] bytes) throws IOException {
        ByteBuffer all = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        List<NetlinkReply> messages = new ArrayList<>();
        int at = 0;
        while (at + Netlink.HEADER_BYTES <= bytes.length) {
            int length = all.getInt(at);
            if (length < Netlink.HEADER_BYTES || length > bytes.length - at) {
                throw new IOException(
                        "netlink: a message of "
                                + length
                                + " bytes at "
                                + at
                                + " of "
                                + bytes.length);
            }
            messages.add(
                    new NetlinkReply(
                            Short.toUnsignedInt(all.getShort(at + 4)),
                            Short.toUnsignedInt(all.getShort(at + 6)),
                            all.getInt(at + 8),
                            all.slice(at + Netlink.HEADER_BYTES, length - Netlink.HEADER_BYTES)
                                    .order(ByteOrder.nativeOrder())));
            at += Netlink.align(length);
        }
        return messages;
    }

    /// The error number in an NLMSG_ERROR or NLMSG_DONE message: 0, or a positive errno.
    static int errno(NetlinkReply reply) {
        return reply.payload().remaining() < 4 ? 0 : -reply.payload().getInt(0);
    }

    static NetlinkException exception(NetlinkMessage request, NetlinkReply reply) {
        String explanation = "";
        String attribute = "";
        if ((reply.flags() & Netlink.NLM_F_ACK_TLVS) != 0) {
            Attributes details = reply.attributes(detailsOffset(reply));
            if (details.has(ATTR_MSG)) {
                explanation = details.string(ATTR_MSG);
            }
            if (details.has(ATTR_OFFSET)) {
                attribute = request.attributeAt(details.u32(ATTR_OFFSET));
            }
        }
        return new NetlinkException(request.what(), errno(reply), explanation, attribute);
    }

    /// An error quotes the request: its header, and its payload unless capped.
    private static int detailsOffset(NetlinkReply reply) {
        if (reply.type() == Netlink.NLMSG_DONE) {
            return 4;
        }
        boolean capped = (reply.flags() & Netlink.NLM_F_CAPPED) != 0 || errno(reply) == 0;
        return 4 + (capped ? Netlink.HEADER_BYTES : Netlink.align(reply.payload().getInt(4)));
    }
}
