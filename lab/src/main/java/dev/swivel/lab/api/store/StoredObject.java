package dev.swivel.lab.api.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One version of one object. Immutable.
///
/// Kept as the bytes that lists and watches send, written once and shared by all readers, plus what
/// selectors look at. The tree is parsed when somebody needs to change it.
public final class StoredObject {
    private final String key;
    private final long revision;
    private final byte[] json;
    private final Map<String, String> labels;
    private final Map<String, String> fields;

    private StoredObject(
            String key,
            long revision,
            byte[] json,
            Map<String, String> labels,
            Map<String, String> fields) {
        this.key = key;
        this.revision = revision;
        this.json = json;
        this.labels = labels;
        this.fields = fields;
    }

    /// Takes over `tree`: sets its resource version and strips `kind` and `apiVersion`, which
    /// depend on the resource through which it is read.
    public static StoredObject of(ResourceType type, ObjectNode tree, long revision) {
        tree.remove(List.of("kind", "apiVersion"));
        var metadata = Json.child(tree, "metadata");
        metadata.put("resourceVersion", Long.toString(revision));
        var namespace = Json.text(metadata, "namespace");
        var name = Json.text(metadata, "name");
        return new StoredObject(
                type.key(namespace, name),
                revision,
                Json.bytes(tree),
                Json.stringMap(metadata.path("labels")),
                selectableFields(type, tree, namespace, name));
    }

    private static Map<String, String> selectableFields(
            ResourceType type, ObjectNode tree, String namespace, String name) {
        var fields = new LinkedHashMap<String, String>();
        fields.put("metadata.name", name);
        fields.put("metadata.namespace", namespace);
        for (String path : type.selectable()) {
            JsonNode at = tree;
            for (String step : path.split("\\.", -1)) {
                at = at.path(step);
            }
            fields.put(path, at.asText(""));
        }
        return fields;
    }

    /// The same object under another revision, as a watch sends the last state of what went away.
    public StoredObject at(long newRevision) {
        var tree = tree();
        Json.child(tree, "metadata").put("resourceVersion", Long.toString(newRevision));
        return new StoredObject(key, newRevision, Json.bytes(tree), labels, fields);
    }

    public String key() {
        return key;
    }

    public String name() {
        return fields.getOrDefault("metadata.name", "");
    }

    public String namespace() {
        return fields.getOrDefault("metadata.namespace", "");
    }

    public long revision() {
        return revision;
    }

    /// The object without `kind` and `apiVersion`. Not to be written to.
    public byte[] json() {
        return json;
    }

    public Map<String, String> labels() {
        return labels;
    }

    /// Values of the fields that field selectors may name, by dotted path.
    public Map<String, String> fields() {
        return fields;
    }

    /// A fresh tree that the caller may change.
    public ObjectNode tree() {
        return Json.parseStored(json);
    }
}
