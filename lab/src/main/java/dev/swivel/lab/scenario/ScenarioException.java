package dev.swivel.lab.scenario;

/// A scenario that cannot be read: names the file, the scenario and what is wrong.
public final class ScenarioException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ScenarioException(String message) {
        super(message);
    }

    public ScenarioException(String message, Throwable cause) {
        super(message, cause);
    }
}
