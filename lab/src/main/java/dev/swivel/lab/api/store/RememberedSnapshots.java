package dev.swivel.lab.api.store;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Snapshots that were handed out as the first page of a list. They share structure with the
/// present state, so keeping some is cheap; the oldest go first.
public final class RememberedSnapshots {
    private static final int KEPT = 256;

    private record Id(String storage, long revision) {}

    private final Map<Id, Snapshot> kept =
            new LinkedHashMap<>() {
                @Override
                protected boolean removeEldestEntry(Map.Entry<Id, Snapshot> eldest) {
                    return size() > KEPT;
                }
            };

    public synchronized void remember(ResourceType type, Snapshot snapshot) {
        kept.put(new Id(type.storage(), snapshot.revision()), snapshot);
    }

    public synchronized Optional<Snapshot> at(ResourceType type, long revision) {
        return Optional.ofNullable(kept.get(new Id(type.storage(), revision)));
    }

    synchronized void compactTo(long revision) {
        kept.keySet().removeIf(id -> id.revision() < revision);
    }

    synchronized void clear() {
        kept.clear();
    }
}
