package dev.swivel.core.backend;

/// The kernel or a tool refused. The message says what was tried, what refused, and the remedy if
/// there is one.
public final class BackendException extends Exception {
    private static final long serialVersionUID = 1L;

    public BackendException(String message) {
        super(message);
    }

    public BackendException(String message, Throwable cause) {
        super(message, cause);
    }
}
