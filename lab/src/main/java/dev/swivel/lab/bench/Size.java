package dev.swivel.lab.bench;

/// How large a cluster is.
///
/// @param services 1 to 200,000
/// @param endpoints of each service, 1 to 100
public record Size(int services, int endpoints) {
    public Size {
        if (services < 1 || services > 200_000 || endpoints < 1 || endpoints > 100) {
            throw new IllegalArgumentException(
                    "size: %dx%d (expected: 1..200000 services, 1..100 endpoints each)"
                            .formatted(services, endpoints));
        }
    }

    /// Reads `5000x10`.
    public static Size parse(String text) {
        String[] parts = text.split("x", -1);
        try {
            if (parts.length == 2) {
                return new Size(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
            }
        } catch (NumberFormatException _) {
            // told below
        }
        throw new IllegalArgumentException(
                "size: " + text + " (expected: SERVICESxENDPOINTS, for instance 5000x10)");
    }

    @Override
    public String toString() {
        return services + "x" + endpoints;
    }
}
