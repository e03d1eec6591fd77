package dev.swivel.core.model;

/// Something in an object that cannot be served as written. It is reported once and left out; the
/// rest of the object is served.
///
/// @param reason CamelCase, few values: metric label and Event reason, such as `InvalidAddress`
/// @param message one line that names the field, the value and the remedy
public record Problem(ObjectRef object, String reason, String message) {
    public Problem {
        message = message.replaceAll("[^\\x20-\\x7e]", "?");
    }
}
