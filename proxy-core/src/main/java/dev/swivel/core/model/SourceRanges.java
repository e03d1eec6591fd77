package dev.swivel.core.model;

import java.util.List;

/// Who may reach a Service through its load-balancer addresses (`spec.loadBalancerSourceRanges`),
/// for one IP family.
public sealed interface SourceRanges {
    /// No restriction.
    SourceRanges ANYONE = new Anyone();

    /// Everybody: no ranges are given, or one of them covers the whole family.
    record Anyone() implements SourceRanges {}

    /// Only sources in one of these ranges. Empty means nobody: the user restricted the Service,
    /// and nothing of this family is allowed (docs/differences.md, "Source ranges").
    record Only(List<Cidr> ranges) implements SourceRanges {
        public Only {
            ranges = List.copyOf(ranges);
        }
    }
}
