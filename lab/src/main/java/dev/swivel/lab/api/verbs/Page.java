package dev.swivel.lab.api.verbs;

import dev.swivel.lab.api.store.StoredObject;
import java.util.List;

/// One page of a list.
///
/// @param revision the revision that the whole list shows
/// @param continueToken for the next page; empty on the last
/// @param remaining how many items follow; -1 if that is not told
public record Page(long revision, List<StoredObject> items, String continueToken, long remaining) {
    public Page {
        items = List.copyOf(items);
    }
}
