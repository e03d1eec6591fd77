package dev.swivel.lab.api.http;

import com.sun.net.httpserver.HttpExchange;
import dev.swivel.lab.api.fault.Faults;
import dev.swivel.lab.api.patch.PatchType;
import dev.swivel.lab.api.store.FieldSelector;
import dev.swivel.lab.api.store.Json;
import dev.swivel.lab.api.store.LabelSelector;
import dev.swivel.lab.api.store.ResourceType;
import dev.swivel.lab.api.store.Selection;
import dev.swivel.lab.api.store.StatusException;
import dev.swivel.lab.api.store.Store;
import dev.swivel.lab.api.store.StoredObject;
import dev.swivel.lab.api.verbs.Deletes;
import dev.swivel.lab.api.verbs.ListOptions;
import dev.swivel.lab.api.verbs.Page;
import dev.swivel.lab.api.verbs.Revisions;
import dev.swivel.lab.api.verbs.Verbs;
import dev.swivel.lab.api.verbs.WriteOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/// Requests about resources.
final class ResourceHandler {
    private static final List<String> SUBRESOURCES = List.of("", "status");

    private final Store store;
    private final Verbs verbs;
    private final Faults faults;
    private final Duration bookmarkInterval;

    ResourceHandler(Store store, Verbs verbs, Faults faults, Duration bookmarkInterval) {
        this.store = store;
        this.verbs = verbs;
        this.faults = faults;
        this.bookmarkInterval = bookmarkInterval;
    }

    void handle(HttpExchange exchange, ApiRequest request)
            throws IOException, InterruptedException {
        var type = request.type().orElseThrow(StatusException::noSuchPath);
        boolean known =
                SUBRESOURCES.contains(request.subresource())
                        && (request.subresource().isEmpty() || type.statusSubresource());
        if (!known) {
            throw StatusException.noSuchPath();
        }
        boolean reads = List.of("get", "list", "watch").contains(request.verb());
        if (type.readOnly() && !reads) {
            throw StatusException.methodNotAllowed();
        }
        switch (request.verb()) {
            case "get" -> {
                var object = verbs.reads().get(type, request.namespace(), request.name());
                answer(exchange, request, type, 200, object);
            }
            case "list" -> list(exchange, request, type);
            case "watch" -> watch(exchange, request, type);
            case "create" -> create(exchange, request, type);
            case "update" -> update(exchange, request, type);
            case "patch" -> patch(exchange, request, type);
            case "delete" -> delete(exchange, request, type);
            case "deletecollection" -> deleteAll(exchange, request, type);
            default -> throw StatusException.methodNotAllowed();
        }
    }

    private static void answer(
            HttpExchange exchange,
            ApiRequest request,
            ResourceType type,
            int code,
            StoredObject object)
            throws IOException {
        var presentation = Presentations.of(exchange, request, type);
        Answers.small(
                exchange, code, presentation.mediaType(), out -> presentation.object(out, object));
    }

    private static Selection selection(ApiRequest request, ResourceType type) {
        var fields = request.parameter("fieldSelector");
        if (!request.name().isEmpty()) {
            // Watching one object by its path is watching the collection for its name.
            fields = "metadata.name=" + request.name();
        }
        return new Selection(
                type.namespaced() ? request.namespace() : "",
                LabelSelector.parse(request.parameter("labelSelector")),
                FieldSelector.parse(type, fields));
    }

    private void list(HttpExchange exchange, ApiRequest request, ResourceType type)
            throws IOException {
        var options =
                new ListOptions(
                        number(request, "limit"),
                        request.parameter("continue"),
                        request.parameter("resourceVersion"),
                        request.parameter("resourceVersionMatch"));
        var page = verbs.reads().list(type, selection(request, type), options);
        var presentation = Presentations.of(exchange, request, type);
        Answers.stream(exchange, presentation.mediaType(), out -> presentation.page(out, page));
    }

    private void watch(HttpExchange exchange, ApiRequest request, ResourceType type)
            throws IOException, InterruptedException {
        boolean initial = request.flag("sendInitialEvents");
        boolean bookmarks = request.flag("allowWatchBookmarks");
        if (initial && !request.parameter("resourceVersionMatch").equals("NotOlderThan")) {
            throw StatusException.badRequest(
                    "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
        }
        int seconds = number(request, "timeoutSeconds");
        var timeout =
                seconds > 0
                        ? Duration.ofSeconds(seconds)
                        : Duration.ofSeconds(ThreadLocalRandom.current().nextInt(1800, 3600));
        var options =
                new WatchStream.Options(
                        Revisions.parse(request.parameter("resourceVersion")),
                        initial,
                        bookmarks,
                        timeout);
        var selection = selection(request, type);
        var presentation = Presentations.of(exchange, request, type);
        Answers.header(exchange, presentation.mediaType());
        exchange.sendResponseHeaders(200, 0);
        var out = exchange.getResponseBody();
        new WatchStream(store, type, selection, presentation, faults, request, out)
                .run(options, bookmarkInterval);
        out.close();
    }

    private void create(HttpExchange exchange, ApiRequest request, ResourceType type)
            throws IOException {
        if (!request.name().isEmpty()) {
            throw StatusException.methodNotAllowed();
        }
        var body = Bodies.object(exchange);
        var namespace = request.namespace();
        if (type.namespaced() && namespace.isEmpty()) {
            namespace = Json.text(body.path("metadata"), "namespace");
        }
        var made = verbs.writes().create(type, namespace, body, options(request));
        answer(exchange, request, type, 201, made);
    }

    private void update(HttpExchange exchange, ApiRequest request, ResourceType type)
            throws IOException {
        requireName(request);
        var body = Bodies.object(exchange);
        var changed =
                verbs.writes()
                        .update(
                                type,
                                request.namespace(),
                                request.name(),
                                request.subresource(),
                                _ -> body,
                                options(request));
        answer(exchange, request, type, 200, changed);
    }

    private void patch(HttpExchange exchange, ApiRequest request, ResourceType type)
            throws IOException {
        requireName(request);
        var patched =
                verbs.patches()
                        .patch(
                                type,
                                request.namespace(),
                                request.name(),
                                request.subresource(),
                                PatchType.of(Bodies.contentType(exchange)),
                                Bodies.any(exchange),
                                options(request));
        answer(exchange, request, type, patched.created() ? 201 : 200, patched.object());
    }

    private void delete(HttpExchange exchange, ApiRequest request, ResourceType type)
            throws IOException {
        var body = Bodies.object(exchange);
        var wanted = body.path("preconditions");
        boolean dryRun = options(request).dryRun() || !body.path("dryRun").isEmpty();
        var deleted =
                verbs.deletes()
                        .delete(
                                type,
                                request.namespace(),
                                request.name(),
                                new Deletes.Preconditions(
                                        Json.text(wanted, "uid"),
                                        Json.text(wanted, "resourceVersion")),
                                new WriteOptions(dryRun, ""));
        if (deleted.asObject()) {
            answer(exchange, request, type, 200, deleted.object());
            return;
        }
        var status = Json.object().put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        var details = status.put("status", "Success").putObject("details");
        details.put("name", request.name());
        if (!type.group().isEmpty()) {
            details.put("group", type.group());
        }
        details.put("kind", type.plural());
        details.set("uid", deleted.object().tree().path("metadata").path("uid"));
        Answers.json(exchange, 200, status);
    }

    private void deleteAll(HttpExchange exchange, ApiRequest request, ResourceType type)
            throws IOException {
        var gone = verbs.deletes().deleteAll(type, selection(request, type), options(request));
        var page = new Page(store.revision(), gone, "", -1);
        var presentation = new PlainPresentation(type);
        Answers.stream(exchange, presentation.mediaType(), out -> presentation.page(out, page));
    }

    private static void requireName(ApiRequest request) {
        if (request.name().isEmpty()) {
            throw StatusException.methodNotAllowed();
        }
    }

    private static WriteOptions options(ApiRequest request) {
        var dryRun = request.parameter("dryRun");
        if (!dryRun.isEmpty() && !dryRun.equals("All")) {
            throw StatusException.badRequest("dryRun: Unsupported value: \"" + dryRun + "\"");
        }
        var manager = request.parameter("fieldManager");
        return new WriteOptions(!dryRun.isEmpty(), manager.isEmpty() ? "unknown" : manager);
    }

    private static int number(ApiRequest request, String key) {
        var text = request.parameter(key);
        try {
            return text.isEmpty() ? 0 : Integer.parseInt(text);
        } catch (NumberFormatException _) {
            throw StatusException.badRequest("%s: not a number: %s".formatted(key, text));
        }
    }
}
