package dev.swivel.linux.netlink;

import dev.swivel.linux.libc.Errno;
import dev.swivel.linux.libc.ErrnoException;

/// The kernel refused a request.
public final class NetlinkException extends ErrnoException {
    private static final long serialVersionUID = 1L;

    private final String explanation;
    private final int offset;

    /// @param explanation the kernel's extended acknowledgement, or empty
    /// @param offset where in the request the offending attribute is, from the start of the netlink
    ///   header; -1 if not told
    public NetlinkException(String what, int errno, String explanation, int offset) {
        this(what, errno, explanation, offset, Errno.describe(errno));
    }

    /// For protocols with error numbers of their own.
    ///
    /// @param meaning in place of the usual meaning of the number
    public NetlinkException(
            String what, int errno, String explanation, int offset, String meaning) {
        super(what, errno, meaning + more(explanation, offset));
        this.explanation = explanation;
        this.offset = offset;
    }

    private static String more(String explanation, int offset) {
        return (explanation.isEmpty() ? "" : ": " + explanation)
                + (offset < 0 ? "" : " (attribute at byte " + offset + " of the request)");
    }

    /// What the kernel said beyond the number, or empty.
    public String explanation() {
        return explanation;
    }

    /// Where in the request the offending attribute is, or -1.
    public int offset() {
        return offset;
    }
}
