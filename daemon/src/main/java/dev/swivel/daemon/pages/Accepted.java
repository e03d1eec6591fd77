package dev.swivel.daemon.pages;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which form of a z-page the client asks for by its Accept header: text, or structured if it names
/// group, version and kind in full, as Kubernetes does it.
record Accepted(Form form, String version) {
    enum Form {
        TEXT,
        JSON,
        YAML,
        NONE
    }

    private static final Set<String> ANY_TEXT = Set.of("text/plain", "text/*", "*/*");
    private static final Set<String> VERSIONS = Set.of("v1alpha1", "v1beta1");

    /// @param kind `Flagz` or `Statusz`
    static Accepted of(@Nullable List<String> headers, String kind) {
        if (headers == null || String.join("", headers).isBlank()) {
            return new Accepted(Form.TEXT, "");
        }
        for (String range : String.join(",", headers).split(",", -1)) {
            String[] parts = range.split(";", -1);
            String type = parts[0].strip().toLowerCase(Locale.ROOT);
            if (ANY_TEXT.contains(type)) {
                return new Accepted(Form.TEXT, "");
            }
            Map<String, String> parameters = parameters(parts);
            String version = parameters.getOrDefault("v", "");
            boolean inFull =
                    VERSIONS.contains(version)
                            && kind.equals(parameters.get("as"))
                            && "config.k8s.io".equals(parameters.get("g"));
            if (inFull && type.equals("application/json")) {
                return new Accepted(Form.JSON, version);
            }
            if (inFull && type.equals("application/yaml")) {
                return new Accepted(Form.YAML, version);
            }
        }
        return new Accepted(Form.NONE, "");
    }

    private static Map<String, String> parameters(String[] parts) {
        Map<String, String> parameters = new HashMap<>();
        for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            if (equals > 0) {
                parameters.put(
                        parts[i].substring(0, equals).strip(),
                        parts[i].substring(equals + 1).strip());
            }
        }
        return parameters;
    }
}
