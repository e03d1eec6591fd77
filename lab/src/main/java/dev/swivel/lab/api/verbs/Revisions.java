package dev.swivel.lab.api.verbs;

import dev.swivel.lab.api.store.StatusException;

/// Resource versions as clients write them.
public final class Revisions {
    private Revisions() {}

    /// A resource version as a number; empty counts as 0.
    ///
    /// @throws StatusException 400 if it is no number
    public static long parse(String text) {
        try {
            return text.isEmpty() ? 0 : Long.parseUnsignedLong(text);
        } catch (NumberFormatException _) {
            throw StatusException.badRequest("invalid resource version: \"" + text + "\"");
        }
    }
}
