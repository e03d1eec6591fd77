package dev.swivel.core.watch.decode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/// API objects from the text a person would write.
final class Texts {
    private static final KubernetesSerialization READER = new KubernetesSerialization();

    private static final ObjectMapper JSON = new ObjectMapper();

    private Texts() {}

    static Service service(String yaml) {
        return READER.unmarshal(yaml, Service.class);
    }

    static EndpointSlice slice(String yaml) {
        return READER.unmarshal(yaml, EndpointSlice.class);
    }

    static Node node(String yaml) {
        return READER.unmarshal(yaml, Node.class);
    }

    /// A Service `shop/cart` at 10.96.0.10 with the port http 80, and these lines in its spec.
    static Service cart(String... spec) {
        return service(
                """
                metadata: {name: cart, namespace: shop, creationTimestamp: "2026-01-02T03:04:05Z"}
                spec:
                  clusterIP: 10.96.0.10
                  clusterIPs: [10.96.0.10]
                  ipFamilies: [IPv4]
                  ports: [{name: http, port: 80, protocol: TCP}]
                """
                        + String.join(
                                "",
                                java.util.Arrays.stream(spec).map(l -> "  " + l + "\n").toList()));
    }

    /// A slice of `shop/cart` with the port http 8080, and these endpoints.
    static EndpointSlice cartSlice(String... endpoints) {
        return slice(
                """
                metadata: {name: cart-1, namespace: shop, labels: {kubernetes.io/service-name: cart}}
                addressType: IPv4
                ports: [{name: http, port: 8080, protocol: TCP}]
                endpoints:
                """
                        + String.join(
                                "",
                                java.util.Arrays.stream(endpoints)
                                        .map(l -> "- " + l + "\n")
                                        .toList()));
    }

    /// The object as the API server sends it.
    static JsonNode json(HasMetadata object) {
        return JSON.valueToTree(object);
    }

    static String resource(String name) {
        try (InputStream in = Texts.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
