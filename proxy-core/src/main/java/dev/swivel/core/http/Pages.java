package dev.swivel.core.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What one server answers, by path. A path that ends in `/` stands for what is in that folder,
/// too; for everything else there is a 404.
public final class Pages implements HttpHandler {
    private final TreeMap<String, HttpHandler> byPath = new TreeMap<>();

    public Pages add(String path, HttpHandler page) {
        byPath.put(path, page);
        return this;
    }

    /// A page of plain text.
    public Pages addText(String path, Supplier<String> text) {
        return add(path, exchange -> HttpAnswers.send(exchange, 200, HttpAnswers.TEXT, text.get()));
    }

    /// All paths, in order.
    public SortedSet<String> paths() {
        return Collections.unmodifiableSortedSet(new TreeSet<>(byPath.keySet()));
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        HttpHandler page = path == null ? null : find(path);
        if (page == null) {
            HttpAnswers.notFound(exchange);
        } else {
            page.handle(exchange);
        }
    }

    private @Nullable HttpHandler find(String path) {
        HttpHandler exact = byPath.get(path);
        int slash = path.lastIndexOf('/');
        return exact != null || slash < 0 ? exact : byPath.get(path.substring(0, slash + 1));
    }
}
