package dev.swivel.core.model;

import java.util.Optional;

/// An address range in prefix notation. Host bits are cleared on construction (spec 3.1).
///
/// @param prefix length in bits, 0 to 32 or 128
public record Cidr(IpAddress address, int prefix) {

    public Cidr {
        if (prefix < 0 || prefix > address.family().bits()) {
            throw new IllegalArgumentException(
                    "prefix length " + prefix + " is out of range for " + address);
        }
        address = masked(address, prefix);
    }

    /// Reads `address/prefix` leniently: surrounding blanks and leading zeros are allowed (spec
    /// 3.1, 3.4).
    public static Optional<Cidr> parse(String text) {
        String trimmed = text.strip();
        int slash = trimmed.indexOf('/');
        if (slash < 0 || trimmed.length() - slash > 5) {
            return Optional.empty();
        }
        String digits = trimmed.substring(slash + 1);
        if (digits.isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Optional.empty();
        }
        int prefix = Integer.parseInt(digits);
        return IpAddress.parse(trimmed.substring(0, slash))
                .filter(address -> prefix <= address.family().bits())
                .map(address -> new Cidr(address, prefix));
    }

    /// As [#parse] for text known to be a range.
    ///
    /// @throws IllegalArgumentException if it is not one
    public static Cidr of(String text) {
        return parse(text).orElseThrow(() -> new IllegalArgumentException("not a CIDR: " + text));
    }

    /// The range of exactly this address.
    public static Cidr host(IpAddress address) {
        return new Cidr(address, address.family().bits());
    }

    public IpFamily family() {
        return address.family();
    }

    public boolean contains(IpAddress other) {
        return other.family() == family() && masked(other, prefix).equals(address);
    }

    /// Whether it is 0.0.0.0/0 or ::/0.
    public boolean isEverything() {
        return prefix == 0;
    }

    private static IpAddress masked(IpAddress address, int prefix) {
        if (address.family() == IpFamily.IPV4) {
            return new IpAddress(
                    IpFamily.IPV4, 0, address.low() & upperBits(prefix + 32) & 0xffffffffL);
        }
        return new IpAddress(
                IpFamily.IPV6,
                address.high() & upperBits(Math.min(prefix, 64)),
                address.low() & upperBits(Math.max(prefix - 64, 0)));
    }

    private static long upperBits(int count) {
        return count == 0 ? 0 : -1L << (64 - count);
    }

    @Override
    public String toString() {
        return address + "/" + prefix;
    }
}
