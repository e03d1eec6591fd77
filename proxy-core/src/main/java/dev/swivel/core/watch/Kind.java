package dev.swivel.core.watch;

/// The kinds of object that a proxy reads (spec 1.1).
public enum Kind {
    SERVICE("Service"),
    SLICE("EndpointSlice"),
    NODE("Node");

    private final String label;

    Kind(String label) {
        this.label = label;
    }

    /// The API's spelling: `Service`, `EndpointSlice`, `Node`.
    public String label() {
        return label;
    }
}
