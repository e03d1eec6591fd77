package dev.swivel.core.watch.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.swivel.core.events.Notice;
import dev.swivel.core.events.NoticePoster;
import dev.swivel.core.model.ObjectRef;
import dev.swivel.core.watch.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Posts notices as `events.k8s.io/v1` (spec 12.5), under kube-proxy's name as reporting
/// controller.
///
/// `kubectl describe` finds Events by the UID of their object, which is not kept here, so the
/// object is asked for once more: by a list of one, since the role of a proxy has no `get`. What is
/// about an EndpointSlice goes to its Service.
public final class ApiEvents implements NoticePoster {
    private static final Logger LOG = LoggerFactory.getLogger(ApiEvents.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CONTROLLER = "kube-proxy";
    private static final String NAMESPACE_OF_NODES = "default";
    private static final String SERVICE_OF_SLICE = "kubernetes.io/service-name";
    private static final int LONGEST_INSTANCE = 128;
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private final ApiConnection connection;
    private final String instance;

    /// @param connection stays open
    public ApiEvents(ApiConnection connection, String nodeName) {
        this.connection = connection;
        String full = CONTROLLER + "-" + nodeName;
        this.instance = full.substring(0, Math.min(full.length(), LONGEST_INSTANCE));
    }

    @Override
    public Outcome create(String name, Notice notice, Instant at) {
        return attempt(
                Outcome.REFUSED,
                () -> {
                    ObjectNode event = JSON.createObjectNode();
                    event.put("apiVersion", "events.k8s.io/v1").put("kind", "Event");
                    event.putObject("metadata")
                            .put("name", name)
                            .put("namespace", namespace(notice));
                    event.put("eventTime", MICROS.format(at))
                            .put("reportingController", CONTROLLER)
                            .put("reportingInstance", instance)
                            .put("type", notice.warning() ? "Warning" : "Normal")
                            .put("reason", notice.reason())
                            .put("action", notice.action())
                            .put("note", notice.note());
                    event.set("regarding", reference(notice.regarding()));
                    connection.send("POST", path(notice), "application/json", event.toString());
                });
    }

    @Override
    public Outcome repeat(String name, Notice notice, int count, Instant last) {
        return attempt(
                Outcome.GONE,
                () -> {
                    ObjectNode patch = JSON.createObjectNode();
                    patch.putObject("series")
                            .put("count", count)
                            .put("lastObservedTime", MICROS.format(last));
                    connection.send(
                            "PATCH",
                            path(notice) + "/" + name,
                            "application/merge-patch+json",
                            patch.toString());
                });
    }

    private static String path(Notice notice) {
        return "/apis/events.k8s.io/v1/namespaces/" + encoded(namespace(notice)) + "/events";
    }

    private static String namespace(Notice notice) {
        String namespace = notice.regarding().namespace();
        return namespace.isEmpty() ? NAMESPACE_OF_NODES : namespace;
    }

    private interface Request {
        void make() throws IOException, InterruptedException;
    }

    /// @param notFound what it means when the API knows no such thing
    private static Outcome attempt(Outcome notFound, Request request) {
        try {
            request.make();
            return Outcome.POSTED;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Outcome.RETRY;
        } catch (ApiStatusException e) {
            LOG.debug("an Event was not taken: {}", e.getMessage());
            int code = e.code();
            if (code == 404) {
                return notFound;
            }
            return code == 408 || code == 429 || code >= 500 ? Outcome.RETRY : Outcome.REFUSED;
        } catch (IOException e) {
            LOG.debug("an Event was not taken: {}", Traffic.describe(e));
            return Outcome.RETRY;
        } catch (RuntimeException e) {
            LOG.debug("an Event could not be made: {}", Traffic.describe(e));
            return Outcome.REFUSED;
        }
    }

    private ObjectNode reference(ObjectRef object) throws IOException, InterruptedException {
        if (object.kind().equals(Kind.NODE.label())) {
            return plain("v1", object);
        }
        boolean slice = object.kind().equals(Kind.SLICE.label());
        String apiVersion = slice ? "discovery.k8s.io/v1" : "v1";
        JsonNode metadata = find(object, slice ? "/apis/" + apiVersion : "/api/" + apiVersion);
        String owner = slice ? metadata.path("labels").path(SERVICE_OF_SLICE).asText() : "";
        if (!owner.isEmpty()) {
            return reference(new ObjectRef(Kind.SERVICE.label(), object.namespace(), owner));
        }
        ObjectNode reference = plain(apiVersion, object);
        String uid = metadata.path("uid").asText();
        return uid.isEmpty() ? reference : reference.put("uid", uid);
    }

    private static ObjectNode plain(String apiVersion, ObjectRef object) {
        ObjectNode reference = JSON.createObjectNode();
        reference.put("apiVersion", apiVersion).put("kind", object.kind());
        if (!object.namespace().isEmpty()) {
            reference.put("namespace", object.namespace());
        }
        return reference.put("name", object.name());
    }

    /// The metadata of the object, if it is there.
    ///
    /// @param api path of its API group and version
    private JsonNode find(ObjectRef object, String api) throws IOException, InterruptedException {
        String path =
                "%s/namespaces/%s/%ss?fieldSelector=metadata.name%%3D%s"
                        .formatted(
                                api,
                                encoded(object.namespace()),
                                object.kind().toLowerCase(Locale.ROOT),
                                encoded(object.name()));
        try (InputStream in = connection.get(path)) {
            return JSON.readTree(in).path("items").path(0).path("metadata");
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
