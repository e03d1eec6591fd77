package dev.swivel.netfilter.commit;

import dev.swivel.linux.ipset.SetChange;
import dev.swivel.linux.ipset.SetSpec;
import java.util.List;

/// What a change of services asks of the sets.
///
/// @param added to sets that always are there
/// @param changed elements that are there and get another mark
/// @param removed from sets that always are there
/// @param written sets that come and go: those that are new, or have another form
/// @param dropped names of sets that come and go, and go
public record SetDelta(
        List<SetChange> added,
        List<SetChange> changed,
        List<SetChange> removed,
        List<SetSpec> written,
        List<String> dropped) {
    public SetDelta {
        added = List.copyOf(added);
        changed = List.copyOf(changed);
        removed = List.copyOf(removed);
        written = List.copyOf(written);
        dropped = List.copyOf(dropped);
    }
}
