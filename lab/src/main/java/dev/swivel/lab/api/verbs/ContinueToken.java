package dev.swivel.lab.api.verbs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.swivel.lab.api.store.Json;
import dev.swivel.lab.api.store.StatusException;
import java.io.IOException;
import java.util.Base64;

/// Where a list in pages goes on. Opaque to clients.
///
/// @param revision what the first page showed; -1 for "whatever is there now"
/// @param start the first key that was not sent, relative to what is listed
record ContinueToken(long revision, String start) {
    private static final String VERSION = "meta.k8s.io/v1";

    String encode() {
        var json = Json.object().put("v", VERSION).put("rv", revision);
        json.put("start", "/" + start);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Json.bytes(json));
    }

    /// Reads a token back.
    ///
    /// @throws StatusException 400 if it is none of ours
    static ContinueToken decode(String text) {
        try {
            var json = Json.parse(Base64.getUrlDecoder().decode(text));
            var start = Json.text(json, "start");
            JsonNode revision = json.path("rv");
            if (Json.text(json, "v").equals(VERSION)
                    && revision.isIntegralNumber()
                    && start.startsWith("/")) {
                return new ContinueToken(revision.longValue(), start.substring(1));
            }
        } catch (IOException | IllegalArgumentException _) {
            // falls through to the refusal
        }
        throw StatusException.badRequest(
                "invalid continue token: continue key is not valid: not a token of this server");
    }
}
