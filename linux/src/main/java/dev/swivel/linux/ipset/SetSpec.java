package dev.swivel.linux.ipset;

import dev.swivel.linux.IpFamily;
import java.time.Duration;
import java.util.Optional;

/// How a set is made.
///
/// @param name 1 to 31 bytes of letters, digits and `._:-`
/// @param family what its addresses are; meaningless for `bitmap:port`
/// @param hashSize first number of buckets; the kernel rounds it up to a power of two
/// @param maxElements adds beyond it fail with "the set is full"
/// @param timeout lifetime of elements added without one of their own, whole seconds, zero for
///   permanent; absent for a set without timeouts
/// @param firstPort lowest port of a `bitmap:port`
/// @param lastPort highest port of a `bitmap:port`
/// @param withMarks whether elements may carry a [PacketMark] (the `skbinfo` extension)
public record SetSpec(
        String name,
        SetType type,
        IpFamily family,
        int hashSize,
        int maxElements,
        Optional<Duration> timeout,
        int firstPort,
        int lastPort,
        boolean withMarks) {
    private static final int DEFAULT_HASH_SIZE = 1024;
    private static final int DEFAULT_MAX_ELEMENTS = 65536;
    private static final int LONGEST_NAME = 31;

    public SetSpec {
        checkName(name);
    }

    /// A hash type with the kernel's default sizes: 1024 buckets, at most 65536 elements.
    public static SetSpec hash(String name, SetType type, IpFamily family) {
        if (!type.isHash()) {
            throw new IllegalArgumentException(type.kernelName() + " is not a hash type");
        }
        return new SetSpec(
                name,
                type,
                family,
                DEFAULT_HASH_SIZE,
                DEFAULT_MAX_ELEMENTS,
                Optional.empty(),
                0,
                0,
                false);
    }

    /// A `bitmap:port` over the given range, both ends included.
    public static SetSpec ports(String name, int first, int last) {
        return new SetSpec(
                name,
                SetType.BITMAP_PORT,
                IpFamily.IPV4,
                0,
                0,
                Optional.empty(),
                first,
                last,
                false);
    }

    public SetSpec withName(String other) {
        return new SetSpec(
                other,
                type,
                family,
                hashSize,
                maxElements,
                timeout,
                firstPort,
                lastPort,
                withMarks);
    }

    public SetSpec withHashSize(int buckets) {
        return new SetSpec(
                name, type, family, buckets, maxElements, timeout, firstPort, lastPort, withMarks);
    }

    public SetSpec withMaxElements(int most) {
        return new SetSpec(
                name, type, family, hashSize, most, timeout, firstPort, lastPort, withMarks);
    }

    /// Makes elements expire; zero: unless they say so themselves, they do not.
    public SetSpec withTimeout(Duration lifetime) {
        return new SetSpec(
                name,
                type,
                family,
                hashSize,
                maxElements,
                Optional.of(lifetime),
                firstPort,
                lastPort,
                withMarks);
    }

    /// Lets elements carry a [PacketMark].
    public SetSpec marking() {
        return new SetSpec(
                name, type, family, hashSize, maxElements, timeout, firstPort, lastPort, true);
    }

    static String checkName(String name) {
        if (name.isEmpty() || name.length() > LONGEST_NAME || !isPlain(name)) {
            throw new IllegalArgumentException(
                    "set name: '" + name + "' (expected: 1 to 31 letters, digits and '._:-')");
        }
        return name;
    }

    /// Asked for each element of each set, so without a pattern.
    private static boolean isPlain(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean alphanumeric =
                    (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
            if (!alphanumeric && c != '-' && c != '_' && c != '.' && c != ':') {
                return false;
            }
        }
        return true;
    }
}
