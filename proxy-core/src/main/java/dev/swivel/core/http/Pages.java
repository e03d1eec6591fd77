package dev.swivel.core.http;

import java.io.IOException;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What one server answers, by path. A path that ends in `/` stands for what is in that folder,
/// too; for everything else there is a 404.
public final class Pages implements Page {
    private final TreeMap<String, Page> byPath = new TreeMap<>();

    public Pages add(String path, Page page) {
        byPath.put(path, page);
        return this;
    }

    /// A page of plain text.
    public Pages addText(String path, Supplier<String> text) {
        return add(path, exchange -> exchange.send(200, Exchange.TEXT, text.get()));
    }

    /// All paths, in order.
    public SortedSet<String> paths() {
        return Collections.unmodifiableSortedSet(new TreeSet<>(byPath.keySet()));
    }

    @Override
    public void answer(Exchange exchange) throws IOException {
        Page page = find(exchange.path());
        if (page == null) {
            exchange.notFound();
        } else {
            page.answer(exchange);
        }
    }

    private @Nullable Page find(String path) {
        Page exact = byPath.get(path);
        int slash = path.lastIndexOf('/');
        return exact != null || slash < 0 ? exact : byPath.get(path.substring(0, slash + 1));
    }
}
