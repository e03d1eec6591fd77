package dev.swivel.core.model;

import org.jspecify.annotations.Nullable;

/// Something in an object that cannot be served as written. It is reported once and left out; the
/// rest of the object is served.
///
/// @param reason CamelCase, few values: metric label and Event reason, such as `InvalidAddress`
/// @param message one line that names the field, the value and the remedy
public record Problem(ObjectRef object, String reason, String message) {
    private static final int MOST_TEXT = 80;

    public Problem {
        message = message.replaceAll("[^\\x20-\\x7e]", "?");
    }

    /// The text in quotes, cut to a length that a log line bears.
    public static String quoted(@Nullable String text) {
        if (text == null) {
            return "null";
        }
        return text.length() <= MOST_TEXT
                ? '"' + text + '"'
                : '"' + text.substring(0, MOST_TEXT) + "...\"";
    }
}
