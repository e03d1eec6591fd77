package dev.swivel.linux.netlink;

import dev.swivel.linux.libc.Errno;
import dev.swivel.linux.libc.ErrnoException;

/// The kernel refused a request.
public final class NetlinkException extends ErrnoException {
    private static final long serialVersionUID = 1L;

    private final String explanation;
    private final String attribute;

    /// A refusal of the request that `what` names.
    ///
    /// @param explanation the kernel's extended acknowledgement, or empty
    /// @param attribute the types of the offending attribute and those around it, outermost first,
    ///   as in `7.1`; empty if not told
    public NetlinkException(String what, int errno, String explanation, String attribute) {
        super(what, errno, Errno.describe(errno) + more(explanation, attribute));
        this.explanation = explanation;
        this.attribute = attribute;
    }

    private static String more(String explanation, String attribute) {
        return (explanation.isEmpty() ? "" : ": " + explanation)
                + (attribute.isEmpty() ? "" : " (attribute " + attribute + " of the request)");
    }

    /// What the kernel said beyond the number, or empty.
    public String explanation() {
        return explanation;
    }

    /// The attribute that the kernel did not like, by type, outermost first, or empty.
    public String attribute() {
        return attribute;
    }
}
