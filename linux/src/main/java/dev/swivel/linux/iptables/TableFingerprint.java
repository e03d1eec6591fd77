package dev.swivel.linux.iptables;

import java.util.List;

/// What a table looks like from afar, got at a cost that does not grow with the table. Two unequal
/// fingerprints of one table mean: look closer. What equal ones mean depends on the flavour.
public sealed interface TableFingerprint {
    /// The table does not exist in this network namespace. Asking does not create it.
    record Absent() implements TableFingerprint {}

    /// What the kernel tells about a legacy table without copying it out: number of entries, size
    /// in bytes, and the byte offsets at which the built-in chains begin and end. Blind to a change
    /// that keeps the size: a rule swapped for one of the same length, rules reordered, counters.
    ///
    /// @param hookEntries offset of each hook's first rule (PREROUTING, INPUT, FORWARD, OUTPUT,
    ///   POSTROUTING)
    /// @param underflows offset of each hook's policy
    record Legacy(
            int validHooks,
            List<Integer> hookEntries,
            List<Integer> underflows,
            int entries,
            int size)
            implements TableFingerprint {
        public Legacy {
            hookEntries = List.copyOf(hookEntries);
            underflows = List.copyOf(underflows);
        }
    }

    /// The generation of the whole nf_tables rule set in this network namespace. Every commit by
    /// anybody moves it, also one to another table, family or program (nft, firewalld): equal means
    /// unchanged, unequal means that somebody changed something somewhere. Wraps at 2^32.
    record Nft(long generation) implements TableFingerprint {}
}
