package dev.swivel.lab.api.verbs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.swivel.lab.api.store.Json;
import dev.swivel.lab.api.store.ResourceType;
import dev.swivel.lab.api.store.StatusException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/// What the server does to `metadata`.
final class Metadata {
    /// Fields that only the server sets, in the order in which they are written.
    private static final String[] SERVER_FIELDS = {
        "name",
        "generateName",
        "namespace",
        "uid",
        "resourceVersion",
        "generation",
        "creationTimestamp",
        "deletionTimestamp",
        "deletionGracePeriodSeconds"
    };

    private static final String SUFFIX_LETTERS = "bcdfghjklmnpqrstvwxz2456789";

    private Metadata() {}

    static ObjectNode of(ObjectNode object) {
        return Json.child(object, "metadata");
    }

    /// Fills in what a new object gets.
    static void stampNew(ObjectNode object, ResourceType type, boolean generations) {
        var metadata = of(object);
        var fresh = Json.object();
        fresh.put("name", Json.text(metadata, "name"));
        if (!Json.text(metadata, "generateName").isEmpty()) {
            fresh.put("generateName", Json.text(metadata, "generateName"));
        }
        if (type.namespaced()) {
            fresh.put("namespace", Json.text(metadata, "namespace"));
        }
        fresh.put("uid", UUID.randomUUID().toString()).put("resourceVersion", "");
        if (generations) {
            fresh.put("generation", 1);
        }
        fresh.put("creationTimestamp", now());
        metadata.remove(List.of(SERVER_FIELDS));
        fresh.setAll(metadata);
        setFirst(object, fresh);
    }

    /// Carries over from `old` what clients cannot change.
    static void keep(ObjectNode object, ObjectNode old) {
        var metadata = of(object);
        var before = of(old);
        var kept = Json.object();
        for (String field : SERVER_FIELDS) {
            if (before.has(field)) {
                kept.set(field, before.get(field));
            }
        }
        metadata.remove(List.of(SERVER_FIELDS));
        kept.setAll(metadata);
        setFirst(object, kept);
    }

    private static void setFirst(ObjectNode object, ObjectNode metadata) {
        dropEmpty(metadata, "labels");
        dropEmpty(metadata, "annotations");
        dropEmpty(metadata, "finalizers");
        var rest = object.deepCopy();
        rest.remove("metadata");
        object.removeAll();
        object.set("metadata", metadata);
        object.setAll(rest);
    }

    private static void dropEmpty(ObjectNode metadata, String field) {
        if (metadata.path(field).isEmpty()) {
            metadata.remove(field);
        }
    }

    /// Settles name and namespace of a new object.
    ///
    /// @throws StatusException 400 if they contradict the request
    static void settleIdentity(ObjectNode object, ResourceType type, String namespace) {
        var metadata = of(object);
        var prefix = Json.text(metadata, "generateName");
        if (Json.text(metadata, "name").isEmpty() && !prefix.isEmpty()) {
            metadata.put("name", prefix + suffix());
        }
        if (!type.namespaced()) {
            metadata.remove("namespace");
            return;
        }
        checkNamespace(metadata, namespace);
        metadata.put("namespace", namespace);
    }

    /// Refuses an object that says it is another than the request names.
    static void checkIdentity(ObjectNode object, ResourceType type, String namespace, String name) {
        var metadata = of(object);
        var given = Json.text(metadata, "name");
        if (!given.isEmpty() && !given.equals(name)) {
            throw StatusException.badRequest(
                    "the name of the object (%s) does not match the name on the URL (%s)"
                            .formatted(given, name));
        }
        if (type.namespaced()) {
            checkNamespace(metadata, namespace);
        }
    }

    private static void checkNamespace(ObjectNode metadata, String namespace) {
        var given = Json.text(metadata, "namespace");
        if (!given.isEmpty() && !given.equals(namespace)) {
            throw StatusException.badRequest(
                    "the namespace of the provided object does not match the namespace sent on the"
                            + " request");
        }
    }

    private static String suffix() {
        var suffix = new StringBuilder();
        ThreadLocalRandom.current()
                .ints(5, 0, SUFFIX_LETTERS.length())
                .forEach(i -> suffix.append(SUFFIX_LETTERS.charAt(i)));
        return suffix.toString().toLowerCase(Locale.ROOT);
    }

    static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
