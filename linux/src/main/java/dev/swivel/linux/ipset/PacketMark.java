package dev.swivel.linux.ipset;

/// What an element of a set does to the mark of a packet that a rule with `SET --map-mark` maps by
/// it: the bits of the mask are cleared, then those of the value are flipped.
///
/// @param value 32 bits, none outside the mask
/// @param mask 32 bits
public record PacketMark(int value, int mask) {
    public PacketMark {
        if ((value & ~mask) != 0) {
            throw new IllegalArgumentException(
                    "mark: 0x%x (expected: no bit outside the mask 0x%x)".formatted(value, mask));
        }
    }

    /// Replaces the whole mark.
    public static PacketMark of(int value) {
        return new PacketMark(value, -1);
    }

    static PacketMark of(long wire) {
        int mask = (int) wire;
        return new PacketMark((int) (wire >>> 32) & mask, mask);
    }

    long wire() {
        return Integer.toUnsignedLong(value) << 32 | Integer.toUnsignedLong(mask);
    }

    @Override
    public String toString() {
        return "mark 0x%x/0x%x".formatted(value, mask);
    }
}
