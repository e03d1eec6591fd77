package dev.swivel.linux.ipset;

import dev.swivel.linux.netlink.NetlinkReply;
import java.nio.ByteBuffer;
import java.util.List;

/// The headers of all sets at one time, as the kernel sent them.
public final class SetHeaders {
    private static final long FACTOR = 0x9e3779b97f4a7c15L; // odd, its bits without a pattern

    /// Of a kernel without sets.
    public static final SetHeaders NONE = new SetHeaders(List.of());

    private final List<NetlinkReply> replies;

    SetHeaders(List<NetlinkReply> replies) {
        this.replies = replies;
    }

    /// One number for all that [#list] tells and the kernel says besides: as long as it is the
    /// same, nothing changed. Costs much less than reading the list.
    public long digest() {
        long digest = replies.size();
        for (NetlinkReply reply : replies) {
            ByteBuffer bytes = reply.payload();
            int at = bytes.position();
            for (; at + Long.BYTES <= bytes.limit(); at += Long.BYTES) {
                digest = mixed(digest, bytes.getLong(at));
            }
            for (; at < bytes.limit(); at++) {
                digest = mixed(digest, bytes.get(at));
            }
        }
        return digest;
    }

    private static long mixed(long digest, long more) {
        long product = (digest ^ more) * FACTOR;
        return product ^ product >>> 32;
    }

    public List<SetHeader> list() {
        return replies.stream().map(SetReplies::header).toList();
    }
}
