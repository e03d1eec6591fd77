package dev.swivel.linux.netlink;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.Consumer;

/// A request under construction. Numbers are in the machine's byte order unless the method says
/// `be` (big-endian, network byte order). The socket fills in sequence number and port id.
public final class NetlinkMessage {
    private static final int FIRST_CAPACITY = 128;
    private static final int LONGEST_ATTRIBUTE = 0xffff - 4;

    private final Object what;
    private ByteBuffer buffer = ByteBuffer.allocate(FIRST_CAPACITY).order(ByteOrder.nativeOrder());

    /// Where the first attribute starts; 0 before there is one.
    private int firstAttribute;

    /// A request. [Netlink#NLM_F_REQUEST] is added to the flags.
    ///
    /// @param what its text names the request in error messages, as in `create set KUBE-CLUSTER-IP`
    public NetlinkMessage(Object what, int type, int flags) {
        this.what = what;
        buffer.putInt(0).putShort((short) type);
        buffer.putShort((short) (flags | Netlink.NLM_F_REQUEST)).putInt(0).putInt(0);
    }

    /// An nfnetlink request: its header is the family, version 0 and a resource id of 0.
    public static NetlinkMessage netfilter(
            Object what, int subsystem, int command, int flags, int family) {
        return new NetlinkMessage(what, subsystem << 8 | command, flags).header(family, 0, 0, 0);
    }

    /// A generic netlink request: its header is command and version.
    public static NetlinkMessage generic(
            String what, int familyId, int command, int version, int flags) {
        return new NetlinkMessage(what, familyId, flags).header(command, version, 0, 0);
    }

    /// Raw bytes of the protocol's own header, before any attribute.
    public NetlinkMessage header(int... bytes) {
        ByteBuffer room = room(bytes.length);
        for (int b : bytes) {
            room.put((byte) b);
        }
        return this;
    }

    /// Raw 32 bits of the protocol's own header.
    public NetlinkMessage headerInt(int value) {
        room(4).putInt(value);
        return this;
    }

    public NetlinkMessage u8(int type, int value) {
        attribute(type, 1).put((byte) value);
        return pad();
    }

    public NetlinkMessage u16(int type, int value) {
        attribute(type, 2).putShort((short) value);
        return pad();
    }

    public NetlinkMessage u16be(int type, int value) {
        attribute(type, 2).put((byte) (value >> 8)).put((byte) value);
        return pad();
    }

    public NetlinkMessage u32(int type, int value) {
        attribute(type, 4).putInt(value);
        return this;
    }

    public NetlinkMessage u32be(int type, int value) {
        attribute(type, 4).putInt(big(value));
        return this;
    }

    public NetlinkMessage u64be(int type, long value) {
        attribute(type, 8).putInt(big((int) (value >>> 32))).putInt(big((int) value));
        return this;
    }

    /// Text with the NUL that the kernel wants at its end.
    public NetlinkMessage string(int type, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        attribute(type, bytes.length + 1).put(bytes).put((byte) 0);
        return pad();
    }

    public NetlinkMessage bytes(int type, byte[] value) {
        attribute(type, value.length).put(value);
        return pad();
    }

    /// The 4 or 16 bytes of an address.
    public NetlinkMessage address(int type, InetAddress address) {
        return bytes(type, address.getAddress());
    }

    /// An attribute of attributes, with [Netlink#NLA_F_NESTED].
    public NetlinkMessage nest(int type, Consumer<NetlinkMessage> content) {
        int start = buffer.position();
        ByteBuffer unused = attribute(type | Netlink.NLA_F_NESTED, 0);
        content.accept(this);
        int length = buffer.position() - start;
        if (length > LONGEST_ATTRIBUTE + 4) {
            throw new IllegalArgumentException(
                    "attribute " + type + ": " + length + " bytes (at most 65535)");
        }
        buffer.putShort(start, (short) length);
        assert unused != null;
        return this;
    }

    /// Names the request in error messages.
    public String what() {
        return what.toString();
    }

    /// Length in bytes, header included.
    public int length() {
        return buffer.position();
    }

    /// The message's type field.
    public int type() {
        return Short.toUnsignedInt(buffer.getShort(4));
    }

    /// The message's flags field.
    public int flags() {
        return Short.toUnsignedInt(buffer.getShort(6));
    }

    /// The types of the attributes that the byte is in, outermost first, as in `7.1`; empty if it
    /// is in none.
    String attributeAt(int offset) {
        StringBuilder path = new StringBuilder();
        int at = firstAttribute;
        int end = at == 0 ? 0 : length();
        while (at < end) {
            int length = Short.toUnsignedInt(buffer.getShort(at));
            if (offset >= at + Netlink.align(length)) {
                at += Netlink.align(length);
                continue;
            }
            if (offset < at) {
                break;
            }
            int type = Short.toUnsignedInt(buffer.getShort(at + 2));
            path.append(path.isEmpty() ? "" : ".").append(type & Netlink.NLA_TYPE_MASK);
            if (offset == at || (type & Netlink.NLA_F_NESTED) == 0) {
                break;
            }
            end = at + length;
            at += 4;
        }
        return path.toString();
    }

    /// The message as sent, with the given sequence number and more flags.
    public byte[] encode(int sequence, int moreFlags) {
        byte[] bytes = Arrays.copyOf(buffer.array(), length());
        finish(ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()), 0, sequence, moreFlags);
        return bytes;
    }

    /// Appends the message to a buffer in native byte order.
    void encodeTo(ByteBuffer target, int sequence, int moreFlags) {
        int start = target.position();
        target.put(buffer.array(), 0, length());
        finish(target, start, sequence, moreFlags);
    }

    private void finish(ByteBuffer target, int start, int sequence, int moreFlags) {
        target.putInt(start, length());
        target.putShort(start + 6, (short) (flags() | moreFlags));
        target.putInt(start + 8, sequence);
    }

    private ByteBuffer attribute(int type, int length) {
        if (length > LONGEST_ATTRIBUTE) {
            throw new IllegalArgumentException(
                    "attribute "
                            + type
                            + ": "
                            + length
                            + " bytes (at most "
                            + LONGEST_ATTRIBUTE
                            + ")");
        }
        if (firstAttribute == 0) {
            firstAttribute = buffer.position();
        }
        ByteBuffer room = room(4 + Netlink.align(length));
        return room.putShort((short) (4 + length)).putShort((short) type);
    }

    private NetlinkMessage pad() {
        while ((buffer.position() & 3) != 0) {
            buffer.put((byte) 0);
        }
        return this;
    }

    private ByteBuffer room(int bytes) {
        if (buffer.remaining() < bytes) {
            int capacity = Math.max(buffer.capacity() * 2, buffer.position() + bytes);
            byte[] larger = Arrays.copyOf(buffer.array(), capacity);
            buffer =
                    ByteBuffer.wrap(larger)
                            .order(ByteOrder.nativeOrder())
                            .position(buffer.position());
        }
        return buffer;
    }

    private static int big(int value) {
        return ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN
                ? value
                : Integer.reverseBytes(value);
    }

    @Override
    public String toString() {
        return what();
    }
}
