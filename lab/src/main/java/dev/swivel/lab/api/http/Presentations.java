package dev.swivel.lab.api.http;

import com.sun.net.httpserver.HttpExchange;
import dev.swivel.lab.api.store.ResourceType;

/// Which presentation a client asks for.
final class Presentations {
    private Presentations() {}

    static Presentation of(HttpExchange exchange, ApiRequest request, ResourceType type) {
        var accept = exchange.getRequestHeaders().getFirst("Accept");
        if (accept == null || !accept.contains("as=Table")) {
            return new PlainPresentation(type);
        }
        return new TablePresentation(type, request.parameter("includeObject"));
    }
}
