package dev.swivel.netfilter.rule;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/// What a table should hold because of a backend.
///
/// @param chains all chains of the backend's own, and those that it shares
/// @param shared which of the chains other software has rules in too
/// @param jumps what leads to them, in the order in which it is put at the head of its chain
/// @param stale whether a chain that is not among `chains` has to go, with every rule of a built-in
///   chain that leads to it
public record WantedTable(
        Table table,
        Collection<Chain> chains,
        Set<ChainName> shared,
        List<Jump> jumps,
        Predicate<ChainName> stale) {
    public WantedTable {
        chains = List.copyOf(chains);
        shared = Set.copyOf(shared);
        jumps = List.copyOf(jumps);
    }
}
