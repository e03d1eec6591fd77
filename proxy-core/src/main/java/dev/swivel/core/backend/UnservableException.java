package dev.swivel.core.backend;

import dev.swivel.core.model.ServiceName;

/// One service made a backend stumble: a fault of ours, not of the service. The core leaves that
/// service out, says so, and hands the rest over at once, with a full change.
public final class UnservableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient ServiceName service;

    public UnservableException(ServiceName service, RuntimeException cause) {
        super(String.valueOf(cause), cause);
        this.service = service;
    }

    public ServiceName service() {
        return service;
    }
}
