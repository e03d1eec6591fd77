package dev.swivel.lab.api.verbs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.swivel.lab.api.kinds.KindRules;
import dev.swivel.lab.api.kinds.Kinds;
import dev.swivel.lab.api.kinds.Violations;
import dev.swivel.lab.api.store.Json;
import dev.swivel.lab.api.store.ResourceType;
import dev.swivel.lab.api.store.ResourceTypes;
import dev.swivel.lab.api.store.StatusException;
import dev.swivel.lab.api.store.Store;
import dev.swivel.lab.api.store.StoredObject;
import java.util.function.UnaryOperator;

/// Create and update. Objects come in the form of the resource they are sent to.
public final class Writes {
    private final Store store;
    private final Kinds kinds;

    public Writes(Store store, Kinds kinds) {
        this.store = store;
        this.kinds = kinds;
    }

    /// Creates an object.
    ///
    /// @throws StatusException 409 if it exists, 404 if its namespace does not, 422 if it is
    ///   invalid
    public StoredObject create(
            ResourceType type, String namespace, ObjectNode body, WriteOptions options) {
        checkKind(type, body);
        var object = Kinds.toStorage(type, body.deepCopy());
        return store.write(() -> createNow(type, namespace, object, options));
    }

    private StoredObject createNow(
            ResourceType type, String namespace, ObjectNode object, WriteOptions options) {
        var rules = kinds.of(type);
        var metadata = Metadata.of(object);
        if (!Json.text(metadata, "resourceVersion").isEmpty()) {
            throw StatusException.badRequest(
                    "resourceVersion should not be set on objects to be created");
        }
        Metadata.settleIdentity(object, type, namespace);
        var name = Json.text(metadata, "name");
        var violations = new Violations();
        if (name.isEmpty()) {
            violations.required("metadata.name", "name or generateName is required");
            violations.throwIfAny(type, name);
        }
        requireNamespace(type, namespace);
        if (store.get(type, namespace, name).isPresent()) {
            throw StatusException.alreadyExists(type, name);
        }
        if (type.statusSubresource() && !rules.keepsStatusOnCreate()) {
            object.remove("status");
        }
        rules.applyDefaults(object);
        rules.prepareCreate(object);
        rules.validate(object, violations);
        violations.throwIfAny(type, name);
        rules.allocate(object, violations);
        violations.throwIfAny(type, name);
        Metadata.stampNew(object, type, rules.countsGenerations());
        return commit(type, object, options);
    }

    private void requireNamespace(ResourceType type, String namespace) {
        if (type.namespaced() && store.get(ResourceTypes.NAMESPACES, "", namespace).isEmpty()) {
            throw StatusException.notFound(ResourceTypes.NAMESPACES, namespace);
        }
    }

    /// Replaces an object, or its status, with what `change` makes of the present one.
    ///
    /// @param subresource `status` or empty
    /// @param change from the present object to the wanted one, both in the form of `type`; it may
    ///   change its argument
    /// @throws StatusException 404 if there is no such object, 409 if the wanted one names another
    ///   version, 422 if it is invalid
    public StoredObject update(
            ResourceType type,
            String namespace,
            String name,
            String subresource,
            UnaryOperator<ObjectNode> change,
            WriteOptions options) {
        return store.write(() -> {
            var current =
                    store.get(type, namespace, name)
                            .orElseThrow(() -> StatusException.notFound(type, name));
            var next = change.apply(Kinds.fromStorage(type, current.tree()));
            checkKind(type, next);
            Metadata.checkIdentity(next, type, namespace, name);
            checkVersion(type, next, current);
            next = Kinds.toStorage(type, next);
            return replace(type, current, next, subresource, options);
        });
    }

    private static void checkVersion(ResourceType type, ObjectNode next, StoredObject current) {
        var metadata = Metadata.of(next);
        var version = Json.text(metadata, "resourceVersion");
        if (!version.isEmpty() && !version.equals(Long.toString(current.revision()))) {
            throw StatusException.modified(type, current.name());
        }
        var uid = Json.text(metadata, "uid");
        var present = Json.text(Metadata.of(current.tree()), "uid");
        if (!uid.isEmpty() && !uid.equals(present)) {
            throw StatusException.conflict(
                    type,
                    current.name(),
                    "Precondition failed: UID in precondition: %s, UID in object meta: %s"
                            .formatted(uid, present));
        }
    }

    private StoredObject replace(
            ResourceType type,
            StoredObject current,
            ObjectNode next,
            String subresource,
            WriteOptions options) {
        var rules = kinds.of(type);
        var old = current.tree();
        next.remove("kind");
        next.remove("apiVersion");
        keepOtherHalf(type, next, old, subresource.equals("status"));
        Metadata.keep(next, old);
        rules.applyDefaults(next);
        if (subresource.isEmpty()) {
            prepareAndValidate(type, rules, next, old, current.name());
        }
        if (next.equals(old)) {
            return current;
        }
        if (rules.countsGenerations()) {
            Metadata.of(next).put("generation", Metadata.of(old).path("generation").asLong() + 1);
        }
        if (isGone(next) && !options.dryRun()) {
            return store.remove(type, current.key()).orElseThrow();
        }
        return commit(type, next, options);
    }

    // The main resource cannot change the status, and the status subresource nothing else.
    private static void keepOtherHalf(
            ResourceType type, ObjectNode next, ObjectNode old, boolean statusOnly) {
        if (statusOnly) {
            var status = next.path("status").deepCopy();
            var metadata = next.path("metadata").deepCopy();
            next.removeAll();
            next.setAll(old.deepCopy());
            next.set("metadata", metadata);
            next.set("status", status.isMissingNode() ? Json.object() : status);
        } else if (type.statusSubresource()) {
            if (old.has("status")) {
                next.set("status", old.get("status").deepCopy());
            } else {
                next.remove("status");
            }
        }
    }

    private static void prepareAndValidate(
            ResourceType type, KindRules rules, ObjectNode next, ObjectNode old, String name) {
        var violations = new Violations();
        rules.prepareUpdate(next, old);
        rules.validate(next, violations);
        rules.validateUpdate(next, old, violations);
        violations.throwIfAny(type, name);
        rules.allocate(next, violations);
        violations.throwIfAny(type, name);
    }

    private static boolean isGone(ObjectNode object) {
        var metadata = Metadata.of(object);
        return !Json.absent(metadata, "deletionTimestamp") && metadata.path("finalizers").isEmpty();
    }

    private StoredObject commit(ResourceType type, ObjectNode object, WriteOptions options) {
        return options.dryRun()
                ? StoredObject.of(type, object, store.revision())
                : store.put(type, object);
    }

    private static void checkKind(ResourceType type, ObjectNode body) {
        var kind = Json.text(body, "kind");
        var version = Json.text(body, "apiVersion");
        if ((!kind.isEmpty() && !kind.equals(type.kind()))
                || (!version.isEmpty() && !version.equals(type.apiVersion()))) {
            throw StatusException.badRequest(
                    "%s in version \"%s\" cannot be handled as a %s: no kind \"%s\" is registered for version \"%s\" here"
                            .formatted(kind, version, type.kind(), kind, version));
        }
    }
}
