package dev.swivel.lab.api.verbs;

import dev.swivel.lab.api.kinds.Kinds;
import dev.swivel.lab.api.store.Json;
import dev.swivel.lab.api.store.ResourceType;
import dev.swivel.lab.api.store.ResourceTypes;
import dev.swivel.lab.api.store.Selection;
import dev.swivel.lab.api.store.StatusException;
import dev.swivel.lab.api.store.Store;
import dev.swivel.lab.api.store.StoredObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Deletions.
public final class Deletes {
    /// What must hold for a deletion; empty for anything.
    public record Preconditions(String uid, String resourceVersion) {
        public static final Preconditions NONE = new Preconditions("", "");
    }

    /// An outcome.
    ///
    /// @param finished false if finalizers hold the object
    /// @param asObject whether clients get the object rather than a Status
    public record Deleted(StoredObject object, boolean finished, boolean asObject) {}

    private static final Set<String> PERMANENT = Set.of("default", "kube-system", "kube-public");

    private final Store store;
    private final Kinds kinds;

    public Deletes(Store store, Kinds kinds) {
        this.store = store;
        this.kinds = kinds;
    }

    /// Deletes an object; a namespace goes with all that is in it.
    ///
    /// @throws StatusException 404 if there is none, 409 if a precondition does not hold, 403 for a
    ///   namespace that is always there
    public Deleted delete(
            ResourceType type,
            String namespace,
            String name,
            Preconditions preconditions,
            WriteOptions options) {
        return store.write(() -> {
            var current =
                    store.get(type, namespace, name)
                            .orElseThrow(() -> StatusException.notFound(type, name));
            check(type, current, preconditions);
            if (type.equals(ResourceTypes.NAMESPACES)) {
                emptyNamespace(name, options);
            }
            return deleteNow(type, current, options);
        });
    }

    /// Deletes all objects selected.
    ///
    /// @return what was deleted
    public List<StoredObject> deleteAll(
            ResourceType type, Selection selection, WriteOptions options) {
        return store.write(() -> {
            var gone = new ArrayList<StoredObject>();
            for (StoredObject object : store.snapshot(type).in(selection.namespace()).values()) {
                if (selection.includes(object)) {
                    gone.add(deleteNow(type, object, options).object());
                }
            }
            return List.copyOf(gone);
        });
    }

    private static void check(
            ResourceType type, StoredObject current, Preconditions preconditions) {
        var uid = Json.text(Metadata.of(current.tree()), "uid");
        if (!preconditions.uid().isEmpty() && !preconditions.uid().equals(uid)) {
            throw StatusException.conflict(
                    type,
                    current.name(),
                    "Precondition failed: UID in precondition: %s, UID in object meta: %s"
                            .formatted(preconditions.uid(), uid));
        }
        var version = Long.toString(current.revision());
        if (!preconditions.resourceVersion().isEmpty()
                && !preconditions.resourceVersion().equals(version)) {
            throw StatusException.conflict(
                    type,
                    current.name(),
                    "Precondition failed: ResourceVersion in precondition: %s, ResourceVersion in object meta: %s"
                            .formatted(preconditions.resourceVersion(), version));
        }
    }

    private void emptyNamespace(String name, WriteOptions options) {
        if (PERMANENT.contains(name)) {
            var details = Json.object().put("name", name).put("kind", "namespaces");
            throw StatusException.of(
                    403,
                    "Forbidden",
                    "namespaces \"%s\" is forbidden: this namespace may not be deleted"
                            .formatted(name),
                    details);
        }
        for (ResourceType each : ResourceTypes.all()) {
            if (each.namespaced() && !each.equals(ResourceTypes.NEW_EVENTS)) {
                store.snapshot(each)
                        .in(name)
                        .values()
                        .forEach(object -> deleteNow(each, object, options));
            }
        }
    }

    private Deleted deleteNow(ResourceType type, StoredObject current, WriteOptions options) {
        boolean asObject = kinds.of(type).returnsDeleted();
        var tree = current.tree();
        if (!Metadata.of(tree).path("finalizers").isEmpty()) {
            Metadata.of(tree)
                    .put("deletionTimestamp", Metadata.now())
                    .put("deletionGracePeriodSeconds", 0);
            var held = options.dryRun() ? current : store.put(type, tree);
            return new Deleted(held, false, true);
        }
        var last = options.dryRun() ? current : store.remove(type, current.key()).orElseThrow();
        return new Deleted(last, true, asObject);
    }
}
