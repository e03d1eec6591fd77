package dev.swivel.core.backend;

/// Something a backend needs of the machine, and whether it is there.
///
/// @param name what it is, in few words
/// @param finding what was seen when it was tried
/// @param remedy what to do about it; empty when there is nothing to do
public record Requirement(String name, Status status, String finding, String remedy) {
    /// How it stands.
    public enum Status {
        OK,
        /// It could not be tried.
        UNKNOWN,
        /// The backend runs without it, and lacks something.
        LIMITED,
        /// The backend cannot run.
        MISSING
    }

    public static Requirement ok(String name, String finding) {
        return new Requirement(name, Status.OK, finding, "");
    }

    public static Requirement unknown(String name, String finding) {
        return new Requirement(name, Status.UNKNOWN, finding, "");
    }

    public static Requirement limited(String name, String finding, String remedy) {
        return new Requirement(name, Status.LIMITED, finding, remedy);
    }

    public static Requirement missing(String name, String finding, String remedy) {
        return new Requirement(name, Status.MISSING, finding, remedy);
    }
}
