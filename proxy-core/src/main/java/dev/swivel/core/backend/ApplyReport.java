package dev.swivel.core.backend;

import dev.swivel.core.model.Problem;
import java.util.List;
import java.util.Optional;

/// What a commit did.
///
/// @param written objects (rules, elements, virtual servers) written
/// @param removed objects removed
/// @param refused what this backend cannot serve, by service; the rest was programmed
/// @param unserved why nothing of this IP family can be served here for the time being, though
///   another is; with the remedy
public record ApplyReport(
        int written, int removed, List<Problem> refused, Optional<String> unserved) {
    public ApplyReport {
        refused = List.copyOf(refused);
    }

    public ApplyReport(int written, int removed, List<Problem> refused) {
        this(written, removed, refused, Optional.empty());
    }

    /// Nothing was done.
    public static ApplyReport unserved(String reason) {
        return new ApplyReport(0, 0, List.of(), Optional.of(reason));
    }
}
