package dev.swivel.core.backend;

import dev.swivel.core.model.Problem;
import java.util.List;

/// What a commit did.
///
/// @param written objects (rules, elements, virtual servers) written
/// @param removed objects removed
/// @param refused what this backend cannot serve, by service; the rest was programmed
public record ApplyReport(int written, int removed, List<Problem> refused) {
    public ApplyReport {
        refused = List.copyOf(refused);
    }
}
