package dev.swivel.lab.traffic;

import java.util.regex.Pattern;

/// Who answers: a container of a pod on a node. Each part is a DNS label, so that a greeting can be
/// split at spaces and equals signs.
public record ServerName(String pod, String container, String node) {
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    public ServerName {
        requireLabel(pod);
        requireLabel(container);
        requireLabel(node);
    }

    private static void requireLabel(String value) {
        if (!LABEL.matcher(value).matches()) {
            throw new IllegalArgumentException("name: " + value + " (expected: a DNS label)");
        }
    }
}
