package dev.swivel.core.events;

import java.time.Instant;

/// Brings notices to the API. May block: it is called on a thread of its own.
public interface NoticePoster {
    /// What became of an attempt.
    enum Outcome {
        POSTED,
        /// The API is away or overloaded: worth trying again.
        RETRY,
        /// There is no such Event any longer.
        GONE,
        /// It will not work.
        REFUSED
    }

    /// Makes a new Event.
    ///
    /// @param name of the Event, unique
    Outcome create(String name, Notice notice, Instant at);

    /// The same happened again: the Event stands for a series.
    ///
    /// @param count how often in all, 2 or more
    Outcome repeat(String name, Notice notice, int count, Instant last);
}
