package dev.swivel.lab.traffic;

import java.time.Instant;

/// One request of a load and what became of it.
public record Attempt(Instant started, Instant ended, ProbeResult result) {}
