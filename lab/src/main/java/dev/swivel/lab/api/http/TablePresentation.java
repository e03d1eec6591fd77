package dev.swivel.lab.api.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.swivel.lab.api.kinds.Kinds;
import dev.swivel.lab.api.store.Json;
import dev.swivel.lab.api.store.ResourceType;
import dev.swivel.lab.api.store.StoredObject;
import dev.swivel.lab.api.verbs.Page;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/// Objects as rows of a `meta.k8s.io/v1` Table, which is what `kubectl get` prints.
final class TablePresentation implements Presentation {
    private final ResourceType type;
    private final List<Column> columns;
    private final String includeObject;
    private boolean columnsSent;

    TablePresentation(ResourceType type, String includeObject) {
        this.type = type;
        this.columns = Columns.of(type);
        this.includeObject = includeObject;
    }

    @Override
    public String mediaType() {
        return "application/json";
    }

    @Override
    public void object(OutputStream out, StoredObject object) throws IOException {
        var table = table(Long.toString(object.revision()));
        table.putArray("rows").add(row(object));
        out.write(Json.bytes(table));
    }

    @Override
    public void page(OutputStream out, Page page) throws IOException {
        var table = table("");
        table.set("metadata", ListMetadata.of(page));
        var start = Json.bytes(table);
        out.write(start, 0, start.length - 1);
        out.write(",\"rows\":[".getBytes(UTF_8));
        boolean first = true;
        for (StoredObject object : page.items()) {
            if (!first) {
                out.write(',');
            }
            first = false;
            out.write(Json.bytes(row(object)));
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
        var table = table(Long.toString(revision));
        if (initialEventsEnd) {
            var row = table.putArray("rows").addObject();
            row.putArray("cells");
            var object = row.putObject("object");
            object.put("kind", "PartialObjectMetadata").put("apiVersion", "meta.k8s.io/v1");
            object.putObject("metadata")
                    .put("resourceVersion", Long.toString(revision))
                    .putObject("annotations")
                    .put("k8s.io/initial-events-end", "true");
        } else {
            table.putArray("rows");
        }
        out.write(Json.bytes(table));
    }

    // A watch names the columns in its first event only.
    private ObjectNode table(String revision) {
        var table = Json.object().put("kind", "Table").put("apiVersion", "meta.k8s.io/v1");
        table.putObject("metadata").put("resourceVersion", revision);
        if (columnsSent) {
            table.putNull("columnDefinitions");
        } else {
            var definitions = table.putArray("columnDefinitions");
            columns.forEach(column -> definitions.add(column.definition()));
            columnsSent = true;
        }
        return table;
    }

    private ObjectNode row(StoredObject object) {
        var tree = object.tree();
        var row = Json.object();
        var cells = row.putArray("cells");
        columns.forEach(column -> cells.add(column.cell().apply(tree)));
        switch (includeObject) {
            case "None" -> row.putNull("object");
            case "Object" -> {
                var full =
                        Json.object().put("kind", type.kind()).put("apiVersion", type.apiVersion());
                row.set("object", full.setAll(Kinds.fromStorage(type, tree)));
            }
            default -> {
                var partial = row.putObject("object");
                partial.put("kind", "PartialObjectMetadata").put("apiVersion", "meta.k8s.io/v1");
                partial.set("metadata", tree.path("metadata"));
            }
        }
        return row;
    }
}
