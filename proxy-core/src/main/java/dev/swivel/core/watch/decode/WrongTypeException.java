package dev.swivel.core.watch.decode;

import com.fasterxml.jackson.databind.JsonNode;
import dev.swivel.core.model.Problem;

/// A value of an object is of another type than its field. Nothing of such an object is taken: what
/// cannot be read may be a restriction.
final class WrongTypeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    WrongTypeException(JsonNode value, String expected) {
        super(Problem.quoted(value.toString()) + " is not " + expected, null, false, false);
    }
}
