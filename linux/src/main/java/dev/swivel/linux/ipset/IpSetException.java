package dev.swivel.linux.ipset;

import dev.swivel.linux.libc.ErrnoException;

/// The kernel refused something about a set.
public final class IpSetException extends ErrnoException {
    private static final long serialVersionUID = 1L;

    IpSetException(String what, ErrnoException cause, SetErrors.Kind kind) {
        super("ipset: " + what, cause.errno(), SetErrors.describe(cause.errno(), kind));
        initCause(cause);
    }

    /// Whether a hash set had no room for another element.
    public boolean isSetFull() {
        return errno() == SetErrors.HASH_FULL;
    }

    /// Whether the set does not exist.
    public boolean isNoSuchSet() {
        return errno() == SetErrors.NO_SUCH_SET;
    }

    /// Whether the set is in use by a rule or another set.
    public boolean isReferenced() {
        return errno() == SetErrors.BUSY || errno() == SetErrors.REFERENCED;
    }
}
