package dev.swivel.core.http;

import java.io.IOException;

/// What came is no request that this server answers.
final class BadRequestException extends IOException {
    private static final long serialVersionUID = 1;

    private final int code;

    BadRequestException(int code, String message) {
        super(message);
        this.code = code;
    }

    /// The status of the answer.
    int code() {
        return code;
    }
}
