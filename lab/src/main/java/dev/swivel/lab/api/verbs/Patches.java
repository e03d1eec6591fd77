package dev.swivel.lab.api.verbs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.swivel.lab.api.patch.JsonPatch;
import dev.swivel.lab.api.patch.MergePatch;
import dev.swivel.lab.api.patch.PatchType;
import dev.swivel.lab.api.patch.ServerSideApply;
import dev.swivel.lab.api.patch.StrategicMergePatch;
import dev.swivel.lab.api.store.Json;
import dev.swivel.lab.api.store.ResourceType;
import dev.swivel.lab.api.store.StatusException;
import dev.swivel.lab.api.store.Store;
import dev.swivel.lab.api.store.StoredObject;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Patches of all types.
public final class Patches {
    /// An outcome.
    ///
    /// @param created whether an apply made the object
    public record Patched(StoredObject object, boolean created) {}

    private record Application(String storage, String key, String manager) {}

    private final Store store;
    private final Writes writes;

    /// What each manager applied last. The real server keeps this in `managedFields`.
    private final Map<Application, ObjectNode> applied = new ConcurrentHashMap<>();

    public Patches(Store store, Writes writes) {
        this.store = store;
        this.writes = writes;
    }

    /// Patches an object, or its status; an apply of an object that does not exist creates it.
    ///
    /// @throws StatusException as [Writes#update] and [Writes#create] do; 400 for a malformed patch
    public Patched patch(
            ResourceType type,
            String namespace,
            String name,
            String subresource,
            PatchType how,
            JsonNode patch,
            WriteOptions options) {
        if (how == PatchType.JSON) {
            if (!(patch instanceof ArrayNode operations)) {
                throw StatusException.badRequest("a JSON patch must be an array of operations");
            }
            return new Patched(
                    writes.update(
                            type,
                            namespace,
                            name,
                            subresource,
                            present -> JsonPatch.apply(present, operations),
                            options),
                    false);
        }
        if (!(patch instanceof ObjectNode document)) {
            throw StatusException.badRequest("a patch must be an object");
        }
        return switch (how) {
            case MERGE ->
                    merged(
                            writes.update(
                                    type,
                                    namespace,
                                    name,
                                    subresource,
                                    present -> MergePatch.apply(present, document),
                                    options));
            case STRATEGIC ->
                    merged(
                            writes.update(
                                    type,
                                    namespace,
                                    name,
                                    subresource,
                                    present -> StrategicMergePatch.apply(present, document),
                                    options));
            case APPLY -> apply(type, namespace, name, subresource, document, options);
            case JSON -> throw new IllegalStateException("handled above");
        };
    }

    private static Patched merged(StoredObject object) {
        return new Patched(object, false);
    }

    private Patched apply(
            ResourceType type,
            String namespace,
            String name,
            String subresource,
            ObjectNode document,
            WriteOptions options) {
        var key = type.key(namespace, name);
        var application = new Application(type.storage(), key, options.fieldManager());
        return store.write(() -> {
            Patched done;
            if (store.get(type, namespace, name).isEmpty() && subresource.isEmpty()) {
                var fresh = document.deepCopy();
                Json.child(fresh, "metadata").put("name", name);
                done = new Patched(writes.create(type, namespace, fresh, options), true);
            } else {
                var before = applied.getOrDefault(application, Json.object());
                done =
                        merged(
                                writes.update(
                                        type,
                                        namespace,
                                        name,
                                        subresource,
                                        present -> ServerSideApply.apply(present, document, before),
                                        options));
            }
            if (!options.dryRun() && subresource.isEmpty()) {
                applied.put(application, document);
            }
            return done;
        });
    }
}
