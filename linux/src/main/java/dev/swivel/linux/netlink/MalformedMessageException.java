package dev.swivel.linux.netlink;

/// The kernel sent something other than its headers promise: an attribute that has to be there is
/// not, or a length points outside the message.
public final class MalformedMessageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public MalformedMessageException(String message) {
        super(message);
    }
}
