package dev.swivel.lab.api.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.TreePMap;

/// All objects, under one revision counter, as etcd keeps them for the real server.
///
/// Writes are serialised by [#write]. Reads take an immutable snapshot and no lock.
public final class Store {
    /// Told of every commit, in order, under the write lock.
    public interface CommitListener {
        /// A commit happened.
        ///
        /// @param now the object as committed; null when it was deleted
        void committed(ResourceType type, String key, @Nullable ObjectNode now);
    }

    private record State(long revision, PMap<String, TreePMap<String, StoredObject>> tables) {}

    private final ReentrantLock writing = new ReentrantLock();
    private final Map<String, History> histories = new ConcurrentHashMap<>();
    private final List<CommitListener> listeners = new CopyOnWriteArrayList<>();
    private final RememberedSnapshots remembered = new RememberedSnapshots();
    private final int historyCapacity;
    private volatile State state = new State(1, HashTreePMap.empty());

    /// An empty store at revision 1.
    ///
    /// @param historyCapacity how many changes of each resource watches can look back on
    public Store(int historyCapacity) {
        this.historyCapacity = historyCapacity;
    }

    public void addListener(CommitListener listener) {
        listeners.add(listener);
    }

    public long revision() {
        return state.revision();
    }

    public History history(ResourceType type) {
        return histories.computeIfAbsent(type.storage(), _ -> new History(historyCapacity));
    }

    public Snapshot snapshot(ResourceType type) {
        var now = state;
        return new Snapshot(now.revision(), table(now, type));
    }

    /// Snapshots that lists in pages go on from.
    public RememberedSnapshots remembered() {
        return remembered;
    }

    public Optional<StoredObject> get(ResourceType type, String namespace, String name) {
        return Optional.ofNullable(table(state, type).get(type.key(namespace, name)));
    }

    /// Runs reads and commits as one step.
    public <T> T write(Supplier<T> step) {
        writing.lock();
        try {
            return step.get();
        } finally {
            writing.unlock();
        }
    }

    /// Commits an object, new or changed. Takes over `tree`.
    public StoredObject put(ResourceType type, ObjectNode tree) {
        return write(() -> {
            long revision = state.revision() + 1;
            var object = StoredObject.of(type, tree, revision);
            var table = table(state, type);
            var previous = table.get(object.key());
            var what = previous == null ? Change.Type.ADDED : Change.Type.MODIFIED;
            listeners.forEach(each -> each.committed(type, object.key(), tree));
            commit(type, new Change(what, object, previous), table.plus(object.key(), object));
            return object;
        });
    }

    /// Stores an object as it is: no defaults, no validation, so that tests can serve what no real
    /// server would. Only the name (and namespace) must be there, and the resource version is set.
    public StoredObject putRaw(ResourceType type, ObjectNode tree) {
        return put(type, tree.deepCopy());
    }

    /// Deletes an object.
    ///
    /// @return its last state, under the revision of the deletion
    public Optional<StoredObject> remove(ResourceType type, String key) {
        return write(() -> {
            var table = table(state, type);
            var previous = table.get(key);
            if (previous == null) {
                return Optional.empty();
            }
            var last = previous.at(state.revision() + 1);
            listeners.forEach(each -> each.committed(type, key, null));
            commit(type, new Change(Change.Type.DELETED, last, previous), table.minus(key));
            return Optional.of(last);
        });
    }

    // History first: a reader that sees the new revision must find its change there.
    private void commit(ResourceType type, Change change, TreePMap<String, StoredObject> table) {
        history(type).append(change);
        state = new State(change.revision(), state.tables().plus(type.storage(), table));
    }

    private static TreePMap<String, StoredObject> table(State state, ResourceType type) {
        var table = state.tables().get(type.storage());
        return table == null ? TreePMap.<String, StoredObject>empty() : table;
    }

    /// Forgets history before `revision`: watches and pages from there get 410.
    public void compactTo(long revision) {
        for (ResourceType type : ResourceTypes.all()) {
            history(type).compactTo(revision);
        }
        remembered.compactTo(revision);
    }

    /// Goes back to an older revision, as a server does whose etcd was restored from a backup:
    /// objects stay, none has a version above `revision`, all watches end, history is empty.
    public void restartAt(long revision) {
        write(() -> {
            var tables = state.tables();
            for (var entry : state.tables().entrySet()) {
                var table = entry.getValue();
                for (StoredObject object : entry.getValue().values()) {
                    if (object.revision() > revision) {
                        table = table.plus(object.key(), object.at(revision));
                    }
                }
                tables = tables.plus(entry.getKey(), table);
            }
            state = new State(revision, tables);
            remembered.clear();
            for (ResourceType type : ResourceTypes.all()) {
                history(type).restartAt(revision);
            }
            return revision;
        });
    }
}
