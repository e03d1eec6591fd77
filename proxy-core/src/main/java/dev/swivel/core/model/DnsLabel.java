package dev.swivel.core.model;

/// The form of namespace, Service and port names (RFC 1123 label).
final class DnsLabel {
    private static final int MAX_LENGTH = 63;

    private DnsLabel() {}

    static void require(String what, String text) {
        if (!isValid(text)) {
            throw new IllegalArgumentException(
                    what
                            + " is not a DNS label of 1 to "
                            + MAX_LENGTH
                            + " characters: "
                            + printable(text));
        }
    }

    private static boolean isValid(String text) {
        if (text.isEmpty() || text.length() > MAX_LENGTH) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean inner = i > 0 && i < text.length() - 1;
            if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c == '-' && inner))) {
                return false;
            }
        }
        return true;
    }

    /// Hostile text made harmless for a log line: bounded, and nothing but printable ASCII.
    static String printable(String text) {
        String cut = text.length() > 80 ? text.substring(0, 80) + "..." : text;
        return '"' + cut.replaceAll("[^\\x20-\\x7e]", "?") + '"';
    }
}
