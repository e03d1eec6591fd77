package dev.swivel.lab.api.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.swivel.lab.api.kinds.Kinds;
import dev.swivel.lab.api.store.Json;
import dev.swivel.lab.api.store.ResourceType;
import dev.swivel.lab.api.store.StoredObject;
import dev.swivel.lab.api.verbs.Page;
import java.io.IOException;
import java.io.OutputStream;

/// Objects as JSON. The stored bytes go out as they are, with kind and version put before them.
final class PlainPresentation implements Presentation {
    private final ResourceType type;
    private final byte[] head;

    PlainPresentation(ResourceType type) {
        this.type = type;
        this.head =
                "{\"kind\":\"%s\",\"apiVersion\":\"%s\","
                        .formatted(type.kind(), type.apiVersion())
                        .getBytes(UTF_8);
    }

    @Override
    public String mediaType() {
        return "application/json";
    }

    @Override
    public void object(OutputStream out, StoredObject object) throws IOException {
        var json = served(object);
        out.write(head);
        out.write(json, 1, json.length - 1);
    }

    private byte[] served(StoredObject object) {
        return Kinds.isServedAsStored(type)
                ? object.json()
                : Json.bytes(Kinds.fromStorage(type, object.tree()));
    }

    @Override
    public void page(OutputStream out, Page page) throws IOException {
        var list = Json.object().put("kind", type.listKind()).put("apiVersion", type.apiVersion());
        list.set("metadata", ListMetadata.of(page));
        var start = Json.bytes(list);
        out.write(start, 0, start.length - 1);
        out.write(",\"items\":[".getBytes(UTF_8));
        boolean first = true;
        for (StoredObject object : page.items()) {
            if (!first) {
                out.write(',');
            }
            first = false;
            out.write(served(object));
        }
        out.write("]}".getBytes(UTF_8));
    }

    @Override
    public void inEvent(OutputStream out, StoredObject object) throws IOException {
        object(out, object);
    }

    @Override
    public void bookmark(OutputStream out, long revision, boolean initialEventsEnd)
            throws IOException {
        var object = Json.object().put("kind", type.kind()).put("apiVersion", type.apiVersion());
        var metadata = object.putObject("metadata").put("resourceVersion", Long.toString(revision));
        if (initialEventsEnd) {
            metadata.putObject("annotations").put("k8s.io/initial-events-end", "true");
        }
        object.setAll(Kinds.empty(type));
        out.write(Json.bytes(object));
    }
}
