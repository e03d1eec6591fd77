package dev.swivel.core.watch.api;

import java.io.IOException;

/// The server answered, and not with what was asked for.
final class ApiStatusException extends IOException {
    private static final long serialVersionUID = 1L;
    static final int GONE = 410;

    private final int code;

    ApiStatusException(int code) {
        super("HTTP " + code);
        this.code = code;
    }

    int code() {
        return code;
    }

    /// The version to go on from is no longer known: list anew.
    boolean isGone() {
        return code == GONE;
    }
}
