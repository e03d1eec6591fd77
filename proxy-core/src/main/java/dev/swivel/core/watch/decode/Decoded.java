package dev.swivel.core.watch.decode;

import dev.swivel.core.model.ObjectRef;
import dev.swivel.core.model.Problem;
import java.util.List;
import java.util.Optional;

/// What an API object comes to.
///
/// @param value empty if there is nothing in it to serve
/// @param problems what was left out, and why; an object that is not meant for a proxy (headless,
///   say) has neither a value nor a problem
/// @param misread nothing could be taken of it, so what it said before stays in force
public record Decoded<T>(
        ObjectRef object, Optional<T> value, List<Problem> problems, boolean misread) {
    public Decoded {
        problems = List.copyOf(problems);
    }
}
