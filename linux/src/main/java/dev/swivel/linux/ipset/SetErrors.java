package dev.swivel.linux.ipset;

import dev.swivel.linux.libc.Errno;

/// Meanings of the error numbers of linux/netfilter/ipset/ip_set.h, ip_set_hash.h and
/// ip_set_bitmap.h.
final class SetErrors {
    static final int NO_SUCH_SET = Errno.ENOENT;
    static final int BUSY = 4100;
    static final int REFERENCED = 4108;
    static final int HASH_FULL = 4352;

    /// What was tried: numbers from 4352 on mean something else in each.
    enum Kind {
        COMMAND,
        HASH,
        BITMAP
    }

    private SetErrors() {}

    static Kind kind(SetElement element) {
        return element instanceof SetElement.Port ? Kind.BITMAP : Kind.HASH;
    }

    static String describe(int errno, Kind kind) {
        String meaning = errno >= 4352 ? ofType(errno, kind) : general(errno);
        return meaning.isEmpty() ? Errno.describe(errno) : meaning + " (errno " + errno + ")";
    }

    private static String general(int errno) {
        return switch (errno) {
            case NO_SUCH_SET -> "no such set";
            case 17 -> "a set of that name exists";
            case 4097 -> "the set takes no such element (family or kind)";
            case 4098 -> "the kernel has no such set type";
            case 4099 -> "no more sets: the kernel's limit is reached";
            case BUSY -> "the set is in use by a rule";
            case 4101 -> "the second set exists already";
            case 4102 -> "the sets are of different types";
            case 4103 -> "the element is there already, or is not there";
            case 4104 -> "the prefix length is not valid for the set";
            case 4105 -> "the netmask is not valid for the set";
            case 4106 -> "the address family is not valid for the set type";
            case 4107 -> "the set was made without timeouts";
            case REFERENCED -> "the set is in use";
            case 4109 -> "an IPv4 address is expected";
            case 4110 -> "an IPv6 address is expected";
            default -> "";
        };
    }

    private static String ofType(int errno, Kind kind) {
        return switch (kind) {
            case COMMAND -> "";
            case HASH ->
                    switch (errno) {
                        case HASH_FULL -> "the set is full: it holds its maximum of elements";
                        case 4353 -> "the element is null, as in address 0.0.0.0";
                        case 4354 -> "the protocol is not valid";
                        case 4355 -> "the protocol is missing";
                        case 4356 -> "the set type takes no ranges";
                        case 4357 -> "the range is not valid";
                        default -> "";
                    };
            case BITMAP ->
                    switch (errno) {
                        case 4352 -> "the element is outside the set's range";
                        case 4353 -> "the range is too large";
                        default -> "";
                    };
        };
    }
}
