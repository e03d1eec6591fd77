package dev.swivel.core.watch.api;

import dev.swivel.core.events.Notice;
import dev.swivel.core.events.NoticePoster;
import dev.swivel.core.model.ObjectRef;
import dev.swivel.core.watch.Kind;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.api.model.events.v1.EventSeries;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
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
    private static final String CONTROLLER = "kube-proxy";
    private static final String NAMESPACE_OF_NODES = "default";
    private static final String SERVICE_OF_SLICE = "kubernetes.io/service-name";
    private static final int LONGEST_INSTANCE = 128;
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private final KubernetesClient client;
    private final String instance;

    /// @param connection stays open
    public ApiEvents(ApiConnection connection, String nodeName) {
        this.client = connection.client();
        String full = CONTROLLER + "-" + nodeName;
        this.instance = full.substring(0, Math.min(full.length(), LONGEST_INSTANCE));
    }

    @Override
    public Outcome create(String name, Notice notice, Instant at) {
        return attempt(
                Outcome.REFUSED,
                () -> {
                    ObjectReference regarding = reference(notice.regarding());
                    var event =
                            new EventBuilder()
                                    .withNewMetadata()
                                    .withName(name)
                                    .withNamespace(namespace(notice))
                                    .endMetadata()
                                    .withEventTime(new MicroTime(MICROS.format(at)))
                                    .withReportingController(CONTROLLER)
                                    .withReportingInstance(instance)
                                    .withType(notice.warning() ? "Warning" : "Normal")
                                    .withReason(notice.reason())
                                    .withAction(notice.action())
                                    .withNote(notice.note())
                                    .withRegarding(regarding)
                                    .build();
                    return client.events()
                            .v1()
                            .events()
                            .inNamespace(namespace(notice))
                            .resource(event)
                            .create();
                });
    }

    @Override
    public Outcome repeat(String name, Notice notice, int count, Instant last) {
        return attempt(
                Outcome.GONE,
                () ->
                        client.events()
                                .v1()
                                .events()
                                .inNamespace(namespace(notice))
                                .withName(name)
                                .patch(
                                        PatchContext.of(PatchType.JSON_MERGE),
                                        new EventBuilder()
                                                .withApiVersion(null)
                                                .withKind(null)
                                                .withSeries(
                                                        new EventSeries(
                                                                count,
                                                                new MicroTime(MICROS.format(last))))
                                                .build()));
    }

    private static String namespace(Notice notice) {
        String namespace = notice.regarding().namespace();
        return namespace.isEmpty() ? NAMESPACE_OF_NODES : namespace;
    }

    /// @param notFound what it means when the API knows no such thing
    private static Outcome attempt(Outcome notFound, Supplier<@Nullable Object> request) {
        try {
            var _ = request.get();
            return Outcome.POSTED;
        } catch (KubernetesClientException e) {
            LOG.debug("an Event was not taken: {}", Traffic.describe(e));
            int code = e.getCode();
            if (code == 404) {
                return notFound;
            }
            return code == 0 || code == 408 || code == 429 || code >= 500
                    ? Outcome.RETRY
                    : Outcome.REFUSED;
        } catch (RuntimeException e) {
            LOG.debug("an Event could not be made: {}", Traffic.describe(e));
            return Outcome.REFUSED;
        }
    }

    private ObjectReference reference(ObjectRef object) {
        if (object.kind().equals(Kind.NODE.label())) {
            return plain("v1", object);
        }
        boolean slice = object.kind().equals(Kind.SLICE.label());
        HasMetadata found = slice ? slice(object) : service(object);
        if (found == null) {
            return plain(slice ? "discovery.k8s.io/v1" : "v1", object);
        }
        Map<String, String> labels = found.getMetadata().getLabels();
        String owner = slice && labels != null ? labels.get(SERVICE_OF_SLICE) : null;
        if (owner != null && !owner.isEmpty()) {
            return reference(new ObjectRef(Kind.SERVICE.label(), object.namespace(), owner));
        }
        ObjectReference reference = plain(found.getApiVersion(), object);
        reference.setUid(found.getMetadata().getUid());
        return reference;
    }

    private static ObjectReference plain(String apiVersion, ObjectRef object) {
        return new ObjectReferenceBuilder()
                .withApiVersion(apiVersion)
                .withKind(object.kind())
                .withNamespace(object.namespace().isEmpty() ? null : object.namespace())
                .withName(object.name())
                .build();
    }

    private @Nullable HasMetadata service(ObjectRef object) {
        return first(
                client.services()
                        .inNamespace(object.namespace())
                        .withField("metadata.name", object.name())
                        .list()
                        .getItems());
    }

    private @Nullable HasMetadata slice(ObjectRef object) {
        return first(
                client.discovery()
                        .v1()
                        .endpointSlices()
                        .inNamespace(object.namespace())
                        .withField("metadata.name", object.name())
                        .list()
                        .getItems());
    }

    private static @Nullable HasMetadata first(List<? extends HasMetadata> found) {
        return found.isEmpty() ? null : found.getFirst();
    }
}
