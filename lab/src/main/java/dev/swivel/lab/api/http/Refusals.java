package dev.swivel.lab.api.http;

import dev.swivel.lab.api.store.Json;
import dev.swivel.lab.api.store.StatusException;
import java.time.Duration;

/// Refusals that only faults cause.
final class Refusals {
    private Refusals() {}

    static StatusException gone() {
        return StatusException.expired("too old resource version: 1 (2)");
    }

    static StatusException tooManyRequests(Duration retryAfter) {
        return StatusException.of(
                429,
                "TooManyRequests",
                "Too many requests, please try again later.",
                Json.object().put("retryAfterSeconds", retryAfter.toSeconds()));
    }

    static StatusException internalError() {
        return StatusException.of(
                500,
                "InternalError",
                "Internal error occurred: a fault is switched on",
                Json.object());
    }

    /// A fault of this server itself.
    static StatusException unexpected(RuntimeException fault) {
        return StatusException.of(
                500, "InternalError", "Internal error occurred: " + fault, Json.object());
    }

    static StatusException forbidden(ApiRequest request) {
        var details = Json.object();
        if (!request.group().isEmpty()) {
            details.put("group", request.group());
        }
        details.put("kind", request.resource());
        return StatusException.of(
                403,
                "Forbidden",
                "%s is forbidden: User \"system:anonymous\" cannot %s resource \"%s\" in API group \"%s\" at the cluster scope"
                        .formatted(
                                request.resource(),
                                request.verb(),
                                request.resource(),
                                request.group()),
                details);
    }
}
