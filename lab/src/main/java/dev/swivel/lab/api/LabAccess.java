package dev.swivel.lab.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.swivel.lab.api.kinds.Kinds;
import dev.swivel.lab.api.patch.PatchType;
import dev.swivel.lab.api.store.FieldSelector;
import dev.swivel.lab.api.store.Json;
import dev.swivel.lab.api.store.LabelSelector;
import dev.swivel.lab.api.store.ResourceType;
import dev.swivel.lab.api.store.ResourceTypes;
import dev.swivel.lab.api.store.Selection;
import dev.swivel.lab.api.store.Store;
import dev.swivel.lab.api.store.StoredObject;
import dev.swivel.lab.api.verbs.Deletes;
import dev.swivel.lab.api.verbs.ListOptions;
import dev.swivel.lab.api.verbs.Verbs;
import dev.swivel.lab.api.verbs.WriteOptions;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// The API's verbs for tests and the demo: no HTTP, otherwise the same way as a client's request.
///
/// All methods throw [dev.swivel.lab.api.store.StatusException] where a client would get a refusal.
/// Objects without a namespace are meant for `default`.
public final class LabAccess {
    private static final WriteOptions OPTIONS = new WriteOptions(false, "lab");

    private final Store store;
    private final Verbs verbs;

    LabAccess(Store store, Verbs verbs) {
        this.store = store;
        this.verbs = verbs;
    }

    /// Creates all objects of a YAML text, in order.
    public List<ObjectNode> create(String yaml) {
        return documents(yaml).stream().map(this::create).toList();
    }

    /// Creates an object.
    public ObjectNode create(ObjectNode object) {
        var type = typeOf(object);
        return served(type, verbs.writes().create(type, namespaceOf(object), object, OPTIONS));
    }

    /// Creates a namespace.
    public ObjectNode createNamespace(String name) {
        var namespace = Json.object().put("apiVersion", "v1").put("kind", "Namespace");
        namespace.putObject("metadata").put("name", name);
        return create(namespace);
    }

    /// Applies all objects of a YAML text, in order: creates what is not there, changes what is.
    public List<ObjectNode> apply(String yaml) {
        return documents(yaml).stream().map(this::apply).toList();
    }

    /// Applies an object.
    public ObjectNode apply(ObjectNode object) {
        var type = typeOf(object);
        var patched =
                verbs.patches()
                        .patch(
                                type,
                                namespaceOf(object),
                                Json.text(object.path("metadata"), "name"),
                                "",
                                PatchType.APPLY,
                                object,
                                OPTIONS);
        return served(type, patched.object());
    }

    /// One object, if it is there. `namespace` is ignored for cluster-wide resources.
    public Optional<ObjectNode> get(ResourceType type, String namespace, String name) {
        return store.get(type, namespace, name).map(object -> served(type, object));
    }

    /// All objects of a namespace, or of all when it is empty.
    public List<ObjectNode> list(ResourceType type, String namespace) {
        var selection = new Selection(namespace, LabelSelector.ALL, FieldSelector.ALL);
        return verbs.reads().list(type, selection, ListOptions.ALL).items().stream()
                .map(object -> served(type, object))
                .toList();
    }

    /// Changes an object by a merge patch in YAML or JSON.
    public ObjectNode patch(ResourceType type, String namespace, String name, String patch) {
        return patch(type, namespace, name, "", patch);
    }

    /// Changes an object's status by a merge patch (`{status: …}`) in YAML or JSON.
    public ObjectNode patchStatus(ResourceType type, String namespace, String name, String patch) {
        return patch(type, namespace, name, "status", patch);
    }

    private ObjectNode patch(
            ResourceType type, String namespace, String name, String subresource, String patch) {
        var document = documents(patch).getFirst();
        var patched =
                verbs.patches()
                        .patch(
                                type,
                                namespace,
                                name,
                                subresource,
                                PatchType.MERGE,
                                document,
                                OPTIONS);
        return served(type, patched.object());
    }

    /// Deletes an object.
    public void delete(ResourceType type, String namespace, String name) {
        verbs.deletes().delete(type, namespace, name, Deletes.Preconditions.NONE, OPTIONS);
    }

    /// Deletes all objects that a YAML text names.
    public void delete(String yaml) {
        for (ObjectNode object : documents(yaml)) {
            delete(typeOf(object), namespaceOf(object), Json.text(object.path("metadata"), "name"));
        }
    }

    private static ObjectNode served(ResourceType type, StoredObject object) {
        var head = Json.object().put("kind", type.kind()).put("apiVersion", type.apiVersion());
        return head.setAll(Kinds.fromStorage(type, object.tree()));
    }

    private static String namespaceOf(ObjectNode object) {
        var namespace = Json.text(object.path("metadata"), "namespace");
        return namespace.isEmpty() ? "default" : namespace;
    }

    static ResourceType typeOf(ObjectNode object) {
        var version = Json.text(object, "apiVersion");
        var kind = Json.text(object, "kind");
        return ResourceTypes.ofKind(version, kind)
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "not served: kind '%s' of '%s'".formatted(kind, version)));
    }

    static List<ObjectNode> documents(String yaml) {
        try {
            return Json.parseYaml(yaml);
        } catch (IOException e) {
            throw new IllegalArgumentException("not YAML objects: " + e.getMessage(), e);
        }
    }
}
