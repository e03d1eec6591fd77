package dev.swivel.core.watch.api;

import dev.swivel.core.watch.Kind;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// The objects of one kind that a proxy asks for (spec 1.1), and how: as paths on the server.
///
/// @param selection the query that leaves out what other proxies serve
record ApiCollection(Kind kind, String path, String selection) {
    private static final int PAGE = 500;

    static ApiCollection services() {
        return new ApiCollection(
                Kind.SERVICE,
                "/api/v1/services",
                query("labelSelector", "!service.kubernetes.io/service-proxy-name")
                        + "&"
                        + query("fieldSelector", "spec.clusterIP!=None"));
    }

    static ApiCollection slices() {
        return new ApiCollection(
                Kind.SLICE,
                "/apis/discovery.k8s.io/v1/endpointslices",
                query("labelSelector", "!service.kubernetes.io/headless"));
    }

    /// @param name of the one Node
    static ApiCollection node(String name) {
        return new ApiCollection(
                Kind.NODE, "/api/v1/nodes", query("fieldSelector", "metadata.name=" + name));
    }

    /// @param token where the page before says that this one begins; empty for the first
    String page(String token) {
        String first = path + "?" + selection + "&limit=" + PAGE;
        return token.isEmpty() ? first : first + "&" + query("continue", token);
    }

    /// @param version from where on
    /// @param length after which the server is to end the watch
    String watch(String version, Duration length) {
        return "%s?%s&watch=true&allowWatchBookmarks=true&timeoutSeconds=%d&%s"
                .formatted(path, selection, length.toSeconds(), query("resourceVersion", version));
    }

    private static String query(String name, String value) {
        return name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
