package dev.swivel.lab.api.fault;

import java.time.Duration;

/// A way to misbehave. Faults of a request strike when it arrives; a watch that is already running
/// is struck at its next event.
public sealed interface Fault {
    /// Closes the connection without an answer, or in the middle of one.
    record DropConnection() implements Fault {}

    /// Says nothing until the fault is switched off, then closes the connection.
    record Stall() implements Fault {}

    /// Waits before answering, or before each event.
    record Delay(Duration howLong) implements Fault {}

    /// Refuses with 410 Gone, reason Expired; in a running watch as an event of type ERROR.
    record Gone() implements Fault {}

    /// Refuses with 429 and a `Retry-After`, in whole seconds.
    record TooManyRequests(Duration retryAfter) implements Fault {}

    /// Refuses with 500.
    record ServerError() implements Fault {}

    /// Refuses with 403, as for a missing role.
    record Forbidden() implements Fault {}

    /// Sends half of an event, then closes the connection.
    record TruncatedEvent() implements Fault {}

    /// Sends a line that is not JSON in place of an event.
    record MalformedEvent() implements Fault {}

    /// Sends an event under a type that no client knows.
    record UnknownEventType() implements Fault {}

    /// Ends watches in good order: at once, or before the next event.
    record EndWatch() implements Fault {}

    /// Whether it strikes at an event of a watch only, never at the request.
    default boolean strikesEventsOnly() {
        return this instanceof TruncatedEvent
                || this instanceof MalformedEvent
                || this instanceof UnknownEventType;
    }
}
