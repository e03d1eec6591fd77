package dev.swivel.lab.api.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A refusal, carried as the Status object that clients get.
public final class StatusException extends RuntimeException {
    private final transient ObjectNode status;

    private StatusException(ObjectNode status) {
        super(Json.text(status, "message"));
        this.status = status;
    }

    public ObjectNode status() {
        return status;
    }

    public int code() {
        return status.path("code").asInt();
    }

    public String reason() {
        return Json.text(status, "reason");
    }

    /// How long the client should wait before it tries again; null when nothing was said.
    public @Nullable Duration retryAfter() {
        var seconds = status.path("details").path("retryAfterSeconds");
        return seconds.isMissingNode() ? null : Duration.ofSeconds(seconds.asLong());
    }

    /// A refusal of any kind. `details` may be empty.
    public static StatusException of(int code, String reason, String message, ObjectNode details) {
        var status = Json.object();
        status.put("kind", "Status").put("apiVersion", "v1").putObject("metadata");
        status.put("status", "Failure").put("message", message).put("reason", reason);
        if (!details.isEmpty()) {
            status.set("details", details);
        }
        return new StatusException(status.put("code", code));
    }

    public static StatusException notFound(ResourceType type, String name) {
        return of(
                404,
                "NotFound",
                "%s \"%s\" not found".formatted(type.qualifiedPlural(), name),
                about(type, name));
    }

    /// No such path.
    public static StatusException noSuchPath() {
        return of(
                404, "NotFound", "the server could not find the requested resource", Json.object());
    }

    public static StatusException alreadyExists(ResourceType type, String name) {
        return of(
                409,
                "AlreadyExists",
                "%s \"%s\" already exists".formatted(type.qualifiedPlural(), name),
                about(type, name));
    }

    public static StatusException conflict(ResourceType type, String name, String why) {
        return of(
                409,
                "Conflict",
                "Operation cannot be fulfilled on %s \"%s\": %s"
                        .formatted(type.qualifiedPlural(), name, why),
                about(type, name));
    }

    public static StatusException modified(ResourceType type, String name) {
        return conflict(
                type,
                name,
                "the object has been modified; please apply your changes to the latest version"
                        + " and try again");
    }

    public static StatusException badRequest(String message) {
        return of(400, "BadRequest", message, Json.object());
    }

    public static StatusException expired(String message) {
        return of(410, "Expired", message, Json.object());
    }

    public static StatusException methodNotAllowed() {
        return of(
                405,
                "MethodNotAllowed",
                "the server does not allow this method on the requested resource",
                Json.object());
    }

    public static StatusException unsupportedMediaType(String type) {
        return of(
                415,
                "UnsupportedMediaType",
                "the body of the request was in an unknown format - " + type,
                Json.object());
    }

    /// A list from a revision that does not exist yet.
    public static StatusException tooLargeResourceVersion(long asked, long current) {
        var details = Json.object();
        details.putArray("causes")
                .addObject()
                .put("reason", "ResourceVersionTooLarge")
                .put("message", "Too large resource version");
        details.put("retryAfterSeconds", 1);
        return of(
                504,
                "Timeout",
                "Timeout: Too large resource version: %d, current: %d".formatted(asked, current),
                details);
    }

    private static ObjectNode about(ResourceType type, String name) {
        var details = Json.object().put("name", name);
        if (!type.group().isEmpty()) {
            details.put("group", type.group());
        }
        return details.put("kind", type.plural());
    }
}
