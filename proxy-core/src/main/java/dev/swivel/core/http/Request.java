package dev.swivel.core.http;

import java.util.List;
import java.util.Map;

/// The head of a request.
///
/// @param path decoded
/// @param query decoded; empty if there is none
/// @param headers by name, whatever its case
/// @param keepsAlive whether the client may go on to ask
record Request(
        String method,
        String path,
        String query,
        Map<String, List<String>> headers,
        boolean keepsAlive) {
    /// In the place of one that could not be read.
    static final Request NONE = new Request("", "", "", Map.of(), false);

    boolean awaitsContinue() {
        return headers.getOrDefault("Expect", List.of()).stream()
                .anyMatch("100-continue"::equalsIgnoreCase);
    }
}
