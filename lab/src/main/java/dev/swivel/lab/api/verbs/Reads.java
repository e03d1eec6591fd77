package dev.swivel.lab.api.verbs;

import dev.swivel.lab.api.store.Json;
import dev.swivel.lab.api.store.ResourceType;
import dev.swivel.lab.api.store.Selection;
import dev.swivel.lab.api.store.Snapshot;
import dev.swivel.lab.api.store.StatusException;
import dev.swivel.lab.api.store.Store;
import dev.swivel.lab.api.store.StoredObject;
import java.util.ArrayList;

/// Get and list.
public final class Reads {
    private final Store store;

    public Reads(Store store) {
        this.store = store;
    }

    /// One object.
    ///
    /// @throws StatusException 404 if there is none
    public StoredObject get(ResourceType type, String namespace, String name) {
        return store.get(type, namespace, name)
                .orElseThrow(() -> StatusException.notFound(type, name));
    }

    /// One page of objects, all as of one revision.
    ///
    /// @throws StatusException 410 if that revision is forgotten, 504 if it is yet to come, 400 for
    ///   options that do not fit together
    public Page list(ResourceType type, Selection selection, ListOptions options) {
        var from = options.continueToken();
        var start = from.isEmpty() ? new ContinueToken(0, "") : ContinueToken.decode(from);
        if (!from.isEmpty()
                && !options.resourceVersion().isEmpty()
                && !options.resourceVersion().equals("0")) {
            throw StatusException.badRequest(
                    "specifying resource version is not allowed when using continue");
        }
        var snapshot = from.isEmpty() ? first(type, options) : next(type, start);
        // The watch cache of the real server answers version 0 whole, whatever the limit.
        boolean whole = options.resourceVersion().equals("0") && from.isEmpty();
        return page(type, snapshot, selection, start.start(), whole ? 0 : options.limit());
    }

    private Snapshot first(ResourceType type, ListOptions options) {
        var now = store.snapshot(type);
        if (options.resourceVersion().isEmpty()) {
            if (!options.resourceVersionMatch().isEmpty()) {
                throw StatusException.badRequest(
                        "resourceVersionMatch is forbidden unless resourceVersion is provided");
            }
            return now;
        }
        long asked = Revisions.parse(options.resourceVersion());
        if (asked > now.revision()) {
            throw StatusException.tooLargeResourceVersion(asked, now.revision());
        }
        if (options.resourceVersionMatch().equals("Exact") && asked != now.revision()) {
            return store.remembered()
                    .at(type, asked)
                    .orElseThrow(() ->
                            StatusException.expired(
                                    "The resourceVersion for the provided list is too" + " old."));
        }
        return now;
    }

    private Snapshot next(ResourceType type, ContinueToken token) {
        var now = store.snapshot(type);
        if (token.revision() < 0 || token.revision() == now.revision()) {
            return now;
        }
        return store.remembered()
                .at(type, token.revision())
                .orElseThrow(() -> expiredPage(token.start()));
    }

    // The refusal carries a token that goes on from the same place in whatever is there now.
    private static StatusException expiredPage(String start) {
        var expired =
                StatusException.expired(
                        "The provided continue parameter is too old to display a consistent list"
                                + " result. You can start a new list without the continue"
                                + " parameter, or use the continue token in this response to"
                                + " retrieve the remainder of the results.");
        Json.child(expired.status(), "metadata")
                .put("continue", new ContinueToken(-1, start).encode());
        return expired;
    }

    private Page page(
            ResourceType type, Snapshot snapshot, Selection selection, String start, int limit) {
        var prefix =
                selection.namespace().isEmpty() || !type.namespaced()
                        ? ""
                        : selection.namespace() + "/";
        var all = snapshot.in(prefix.isEmpty() ? "" : selection.namespace());
        var rest = start.isEmpty() ? all : all.tailMap(prefix + start);
        var items = new ArrayList<StoredObject>();
        long seen = 0;
        for (StoredObject object : rest.values()) {
            if (limit > 0 && items.size() == limit) {
                break;
            }
            seen++;
            if (selection.includes(object)) {
                items.add(object);
            }
        }
        long remaining = limit > 0 ? rest.size() - seen : 0;
        if (remaining == 0 || items.isEmpty()) {
            return new Page(snapshot.revision(), items, "", -1);
        }
        store.remembered().remember(type, snapshot);
        var next = items.getLast().key().substring(prefix.length()) + "\0";
        return new Page(
                snapshot.revision(),
                items,
                new ContinueToken(snapshot.revision(), next).encode(),
                selection.isSelective() ? -1 : remaining);
    }
}
