package dev.swivel.lab.api.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.swivel.lab.api.store.Json;
import dev.swivel.lab.api.verbs.Page;

/// The metadata of a list.
final class ListMetadata {
    private ListMetadata() {}

    static ObjectNode of(Page page) {
        var metadata = Json.object().put("resourceVersion", Long.toString(page.revision()));
        if (!page.continueToken().isEmpty()) {
            metadata.put("continue", page.continueToken());
        }
        if (page.remaining() >= 0) {
            metadata.put("remainingItemCount", page.remaining());
        }
        return metadata;
    }
}
