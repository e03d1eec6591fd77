package dev.swivel.daemon;

import dev.swivel.core.model.IpFamily;
import java.util.EnumSet;
import java.util.Set;

/// Gives back what reading the initial lists took. From then on little is allocated, so the
/// collector would not look at the old objects for hours, and a node would carry them
/// (docs/decisions/0004-runtime-flags.md).
final class HeapTrim {
    private final Set<IpFamily> waiting;

    /// @param families those that are synced in full before there is much to collect
    HeapTrim(Set<IpFamily> families) {
        waiting = EnumSet.copyOf(families);
    }

    /// A full sync is done, the first or a repair. The pause, some 50 ms, meets nobody: packets do
    /// not come through here.
    void fullSync(IpFamily family) {
        boolean _ = waiting.remove(family);
        if (waiting.isEmpty()) {
            System.gc();
        }
    }
}
