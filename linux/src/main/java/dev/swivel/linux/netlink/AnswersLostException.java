package dev.swivel.linux.netlink;

import java.io.IOException;

/// The socket's receive buffer ran over (ENOBUFS) and messages from the kernel were lost. What they
/// would have told is unknown.
public final class AnswersLostException extends IOException {
    private static final long serialVersionUID = 1L;

    AnswersLostException(String what) {
        super(what + ": the receive buffer ran over and messages from the kernel were lost");
    }
}
