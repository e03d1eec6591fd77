package dev.swivel.linux.netlink;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The attributes of a message, or of an attribute, by type. Of attributes with the same type the
/// last counts, as in the kernel; [#each] gives them all. Types are given without flags.
///
/// Getters throw [MalformedMessageException] when the attribute is missing or too short.
public final class Attributes {
    private static final int HIGHEST_TYPE = 255;

    private final ByteBuffer buffer;

    /// Offset of the payload by type; 0 if absent (a payload cannot start before 4).
    private int[] offsets = new int[32];

    private Attributes(ByteBuffer buffer) {
        this.buffer = buffer;
        walk(
                buffer,
                (type, offset) -> {
                    if (type <= HIGHEST_TYPE) {
                        if (type >= offsets.length) {
                            offsets = Arrays.copyOf(offsets, HIGHEST_TYPE + 1);
                        }
                        offsets[type] = offset;
                    }
                });
    }

    /// Reads all that remains in the buffer.
    public static Attributes of(ByteBuffer buffer) {
        return new Attributes(buffer.slice().order(ByteOrder.nativeOrder()));
    }

    /// Each attribute nested in one, in order, for lists: the nested types are not looked at.
    public List<Attributes> each(int type) {
        if (!has(type)) {
            return List.of();
        }
        List<Attributes> list = new ArrayList<>();
        ByteBuffer outer = payload(type);
        walk(
                outer,
                (_, offset) ->
                        list.add(new Attributes(slice(outer, offset, length(outer, offset)))));
        return list;
    }

    public boolean has(int type) {
        return type < offsets.length && offsets[type] != 0;
    }

    public int u8(int type) {
        return Byte.toUnsignedInt(buffer.get(at(type, 1)));
    }

    public int u16(int type) {
        return Short.toUnsignedInt(buffer.getShort(at(type, 2)));
    }

    public int u16be(int type) {
        int at = at(type, 2);
        return Byte.toUnsignedInt(buffer.get(at)) << 8 | Byte.toUnsignedInt(buffer.get(at + 1));
    }

    /// 32 bits; unsigned values above 2^31 come out negative.
    public int u32(int type) {
        return buffer.getInt(at(type, 4));
    }

    /// 32 bits; unsigned values above 2^31 come out negative.
    public int u32be(int type) {
        int value = u32(type);
        return buffer.order() == ByteOrder.BIG_ENDIAN ? value : Integer.reverseBytes(value);
    }

    /// 64 bits; unsigned values above 2^63 come out negative.
    public long u64(int type) {
        return buffer.getLong(at(type, 8));
    }

    /// 64 bits; unsigned values above 2^63 come out negative.
    public long u64be(int type) {
        long value = buffer.getLong(at(type, 8));
        return buffer.order() == ByteOrder.BIG_ENDIAN ? value : Long.reverseBytes(value);
    }

    /// Text up to its NUL or the attribute's end.
    public String string(int type) {
        byte[] bytes = bytes(type);
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, 0, end, UTF_8);
    }

    public byte[] bytes(int type) {
        int at = at(type, 0);
        byte[] bytes = new byte[length(buffer, at)];
        buffer.get(at, bytes);
        return bytes;
    }

    public InetAddress address(int type) {
        byte[] bytes = bytes(type);
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException _) {
            throw new MalformedMessageException(
                    "attribute " + type + ": an address of " + bytes.length + " bytes");
        }
    }

    public Attributes nested(int type) {
        return new Attributes(payload(type));
    }

    private ByteBuffer payload(int type) {
        int at = at(type, 0);
        return slice(buffer, at, length(buffer, at));
    }

    private static ByteBuffer slice(ByteBuffer from, int offset, int length) {
        return from.slice(offset, length).order(ByteOrder.nativeOrder());
    }

    private int at(int type, int bytes) {
        if (!has(type)) {
            throw new MalformedMessageException("attribute " + type + " is missing");
        }
        int at = offsets[type];
        if (length(buffer, at) < bytes) {
            throw new MalformedMessageException(
                    "attribute "
                            + type
                            + ": "
                            + length(buffer, at)
                            + " bytes (expected "
                            + bytes
                            + ")");
        }
        return at;
    }

    private static int length(ByteBuffer buffer, int payload) {
        return Short.toUnsignedInt(buffer.getShort(payload - 4)) - 4;
    }

    private interface Visitor {
        void attribute(int type, int payloadOffset);
    }

    private static void walk(ByteBuffer buffer, Visitor visitor) {
        int at = 0;
        while (at + 4 <= buffer.limit()) {
            int length = Short.toUnsignedInt(buffer.getShort(at));
            if (length < 4 || at + length > buffer.limit()) {
                throw new MalformedMessageException(
                        "an attribute of " + length + " bytes at " + at + " of " + buffer.limit());
            }
            visitor.attribute(buffer.getShort(at + 2) & Netlink.NLA_TYPE_MASK, at + 4);
            at += Netlink.align(length);
        }
    }
}
