package dev.swivel.lab.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.swivel.linux.exec.Command;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Rendered manifests, read strictly: every field must be one that the Kubernetes API has, of its
/// type.
record Manifests(List<HasMetadata> objects) {
    static final Path DEPLOY = Path.of("../deploy").toAbsolutePath().normalize();

    private static final Map<String, Class<? extends HasMetadata>> KINDS =
            Map.of(
                    "v1/ServiceAccount", ServiceAccount.class,
                    "v1/ConfigMap", ConfigMap.class,
                    "apps/v1/DaemonSet", DaemonSet.class,
                    "rbac.authorization.k8s.io/v1/ClusterRole", ClusterRole.class,
                    "rbac.authorization.k8s.io/v1/ClusterRoleBinding", ClusterRoleBinding.class);

    static Manifests kustomize(String overlay) throws IOException {
        return parse(
                Command.of(
                                "kubectl",
                                "kustomize",
                                DEPLOY.resolve("kustomize/overlays/" + overlay).toString())
                        .run()
                        .text());
    }

    static Manifests parse(String yaml) throws IOException {
        List<HasMetadata> objects = new ArrayList<>();
        YAMLMapper mapper = new YAMLMapper();
        try (var documents = mapper.readerFor(JsonNode.class).<JsonNode>readValues(yaml)) {
            while (documents.hasNext()) {
                JsonNode document = documents.next();
                if (!document.isNull() && !document.isEmpty()) {
                    objects.add(strictly(document));
                }
            }
        }
        return new Manifests(objects);
    }

    private static HasMetadata strictly(JsonNode document) throws IOException {
        String kind = document.path("apiVersion").asText() + "/" + document.path("kind").asText();
        assertThat(KINDS).as("kinds").containsKey(kind);
        ObjectMapper json = new ObjectMapper();
        HasMetadata object = json.treeToValue(document, KINDS.get(kind));
        assertKnown(document, json.valueToTree(object), object, kind);
        return object;
    }

    /// Unknown fields would be kept aside by the model, in a map of their own.
    private static void assertKnown(JsonNode given, JsonNode read, Object object, String path) {
        assertThat(unknown(object)).as("fields that %s does not have", path).isEmpty();
        for (var field : given.properties()) {
            assertThat(read.has(field.getKey())).as(path + "." + field.getKey()).isTrue();
            Object inner = property(object, field.getKey());
            if (inner instanceof List<?> list) {
                for (int i = 0; i < list.size(); i++) {
                    assertKnown(
                            field.getValue().get(i),
                            read.get(field.getKey()).get(i),
                            list.get(i),
                            path + "." + field.getKey() + "[" + i + "]");
                }
            } else if (isModel(inner)) {
                assertKnown(
                        field.getValue(),
                        read.get(field.getKey()),
                        inner,
                        path + "." + field.getKey());
            }
        }
    }

    private static boolean isModel(Object value) {
        return value != null && value.getClass().getName().startsWith("io.fabric8.kubernetes.api");
    }

    private static Map<?, ?> unknown(Object object) {
        if (!isModel(object)) {
            return Map.of();
        }
        try {
            return (Map<?, ?>)
                    object.getClass().getMethod("getAdditionalProperties").invoke(object);
        } catch (NoSuchMethodException e) {
            return Map.of(); // a scalar of the model, as IntOrString
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    private static Object property(Object object, String name) {
        if (!isModel(object)) {
            return null;
        }
        String getter = "get" + Character.toUpperCase(name.charAt(0)) + name.substring(1);
        try {
            return object.getClass().getMethod(getter).invoke(object);
        } catch (ReflectiveOperationException e) {
            return null; // spelt otherwise in Java; its own fields are not looked at
        }
    }

    <T extends HasMetadata> T only(Class<T> kind) {
        List<T> found = objects.stream().filter(kind::isInstance).map(kind::cast).toList();
        assertThat(found).as(kind.getSimpleName()).hasSize(1);
        return found.getFirst();
    }
}
