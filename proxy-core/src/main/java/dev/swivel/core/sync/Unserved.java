package dev.swivel.core.sync;

import dev.swivel.core.model.ObjectRef;
import dev.swivel.core.model.Problem;
import dev.swivel.core.model.ServiceName;

/// A service that our own code cannot cope with.
final class Unserved {
    private Unserved() {}

    static Problem problem(ServiceName service, RuntimeException cause) {
        return new Problem(
                ObjectRef.service(service),
                "InternalError",
                "not served because of an unexpected error, which the log tells in full ("
                        + cause
                        + "). It is tried again when the Service or its endpoints change");
    }
}
