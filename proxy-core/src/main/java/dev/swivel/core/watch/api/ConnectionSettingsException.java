package dev.swivel.core.watch.api;

/// The settings do not lead to an API server. The message names the setting, its value and the
/// remedy.
public final class ConnectionSettingsException extends RuntimeException {
    ConnectionSettingsException(String message) {
        super(message);
    }

    ConnectionSettingsException(String message, Throwable cause) {
        super(message, cause);
    }
}
