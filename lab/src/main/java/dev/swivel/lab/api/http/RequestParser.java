package dev.swivel.lab.api.http;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Takes method and URL apart.
final class RequestParser {
    private record Place(
            String group,
            String version,
            String resource,
            String namespace,
            String name,
            String subresource) {
        static final Place NONE = new Place("", "", "", "", "", "");
    }

    private RequestParser() {}

    static ApiRequest parse(String method, URI uri, String userAgent) {
        var query = query(uri.getRawQuery());
        var place = place(segments(uri.getRawPath()));
        return new ApiRequest(
                method,
                uri.getPath(),
                query,
                userAgent,
                verb(method, place, query),
                place.group(),
                place.version(),
                place.resource(),
                place.namespace(),
                place.name(),
                place.subresource());
    }

    private static List<String> segments(String path) {
        var segments = new ArrayList<String>();
        for (String segment : path.split("/", -1)) {
            if (!segment.isEmpty()) {
                segments.add(
                        URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8));
            }
        }
        return segments;
    }

    private static Place place(List<String> path) {
        if (path.size() >= 3 && path.get(0).equals("api")) {
            return place("", path.get(1), path.subList(2, path.size()));
        }
        if (path.size() >= 4 && path.get(0).equals("apis")) {
            return place(path.get(1), path.get(2), path.subList(3, path.size()));
        }
        return Place.NONE;
    }

    private static Place place(String group, String version, List<String> rest) {
        boolean inNamespace =
                rest.size() >= 3
                        && rest.get(0).equals("namespaces")
                        && !rest.get(2).equals("status")
                        && !rest.get(2).equals("finalize");
        var namespace = inNamespace ? rest.get(1) : "";
        var tail = inNamespace ? rest.subList(2, rest.size()) : rest;
        return new Place(
                group,
                version,
                tail.get(0),
                namespace,
                tail.size() > 1 ? tail.get(1) : "",
                tail.size() > 2 ? tail.get(2) : "");
    }

    private static String verb(String method, Place place, Map<String, String> query) {
        if (place.resource().isEmpty()) {
            return method.toLowerCase(Locale.ROOT);
        }
        boolean one = !place.name().isEmpty();
        var watch = query.getOrDefault("watch", "");
        return switch (method) {
            case "GET", "HEAD" -> {
                if (watch.equals("true") || watch.equals("1")) {
                    yield "watch";
                }
                yield one ? "get" : "list";
            }
            case "POST" -> "create";
            case "PUT" -> "update";
            case "PATCH" -> "patch";
            case "DELETE" -> one ? "delete" : "deletecollection";
            default -> method.toLowerCase(Locale.ROOT);
        };
    }

    private static Map<String, String> query(@Nullable String raw) {
        var query = new LinkedHashMap<String, String>();
        if (raw == null) {
            return query;
        }
        for (String pair : raw.split("&", -1)) {
            int equals = pair.indexOf('=');
            var key = equals < 0 ? pair : pair.substring(0, equals);
            var value = equals < 0 ? "" : pair.substring(equals + 1);
            if (!key.isEmpty()) {
                query.putIfAbsent(decode(key), decode(value));
            }
        }
        return query;
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
