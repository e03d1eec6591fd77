package dev.swivel.core.config;

import java.util.List;

/// The configuration cannot be used. The message has one line for each fault: field, value, and
/// what is allowed.
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    public ConfigException(String origin, List<String> faults) {
        super(origin + " cannot be used:\n  " + String.join("\n  ", faults));
    }

    public ConfigException(String message) {
        super(message);
    }
}
