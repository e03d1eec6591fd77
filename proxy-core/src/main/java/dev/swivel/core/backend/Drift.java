package dev.swivel.core.backend;

import java.util.List;

/// What others changed in the kernel.
///
/// @param findings one line each, for log and Event; empty when the kernel holds what it should
public record Drift(List<String> findings) {
    public static final Drift NONE = new Drift(List.of());

    public Drift {
        findings = List.copyOf(findings);
    }

    public boolean isEmpty() {
        return findings.isEmpty();
    }
}
