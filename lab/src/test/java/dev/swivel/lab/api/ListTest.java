package dev.swivel.lab.api;

import static dev.swivel.lab.api.ApiClient.SERVICES;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ListTest {
    private EmbeddedApi api;
    private ApiClient client;

    @BeforeEach
    void start() throws Exception {
        api = EmbeddedApi.start();
        client = new ApiClient(api.url());
        for (String name : List.of("a", "b", "c", "d", "e")) {
            api.objects()
                    .create(
                            """
                            apiVersion: v1
                            kind: Service
                            metadata: {name: %s, labels: {letter: %s}}
                            spec: {ports: [{port: 80}]}
                            """
                                    .formatted(name, name));
        }
    }

    @AfterEach
    void stop() {
        client.close();
        api.close();
    }

    private static List<String> names(JsonNode list) {
        var names = new ArrayList<String>();
        list.path("items").forEach(item -> names.add(item.at("/metadata/name").asText()));
        return names;
    }

    @Test
    void pagesShowOneRevisionWhateverHappensBetween() throws Exception {
        var first = client.get(SERVICES + "?limit=2").body();
        assertThat(names(first)).containsExactly("a", "b");
        assertThat(first.at("/metadata/remainingItemCount").asInt()).isEqualTo(3);

        client.send("DELETE", SERVICES + "/c", "application/json", "");
        var token = first.at("/metadata/continue").asText();
        var second = client.get(SERVICES + "?limit=2&continue=" + token).body();

        assertThat(names(second)).containsExactly("c", "d");
        assertThat(second.at("/metadata/resourceVersion"))
                .isEqualTo(first.at("/metadata/resourceVersion"));
        token = second.at("/metadata/continue").asText();
        var third = client.get("/api/v1/namespaces/default/services?limit=2&continue=" + token);
        assertThat(names(third.body())).containsExactly("e");
        assertThat(third.body().at("/metadata/continue").isMissingNode()).isTrue();
    }

    @Test
    void compactedPageIsGoneAndOffersToGoOnWithWhatIsThere() throws Exception {
        var first = client.get("/api/v1/services?limit=2").body();
        client.send("DELETE", SERVICES + "/c", "application/json", "");
        api.compactTo(api.revision());
        var token = first.at("/metadata/continue").asText();

        var gone = client.get("/api/v1/services?limit=2&continue=" + token);
        assertThat(gone.code()).isEqualTo(410);
        assertThat(gone.body().path("reason").asText()).isEqualTo("Expired");

        var offered = gone.body().at("/metadata/continue").asText();
        var rest = client.get("/api/v1/services?limit=2&continue=" + offered);
        assertThat(names(rest.body())).containsExactly("d", "e");
    }

    @Test
    void selectorsNarrowLists() throws Exception {
        assertThat(selected("labelSelector=letter+in+(a,b),letter!%3Da")).containsExactly("b");
        assertThat(selected("labelSelector=!letter")).isEmpty();
        assertThat(selected("labelSelector=letter")).hasSize(5);
        assertThat(selected("labelSelector=letter+notin+(a,b,c)")).containsExactly("d", "e");
        assertThat(selected("labelSelector=letter%3D%3De")).containsExactly("e");
        assertThat(selected("fieldSelector=metadata.name%3Da")).containsExactly("a");
        assertThat(selected("fieldSelector=spec.clusterIP!%3DNone,metadata.name!%3Da")).hasSize(4);
        assertThat(client.get(SERVICES + "?fieldSelector=spec.nope%3Da").code()).isEqualTo(400);
        assertThat(client.get(SERVICES + "?labelSelector=a+b").code()).isEqualTo(400);
    }

    private List<String> selected(String query) throws Exception {
        return names(client.get(SERVICES + "?" + query).body());
    }

    @Test
    void versionZeroAnswersWholeWhateverTheLimit() throws Exception {
        assertThat(selected("limit=2&resourceVersion=0")).hasSize(5);
    }

    @Test
    void exactVersionThatIsForgottenIsGone() throws Exception {
        var answer = client.get(SERVICES + "?resourceVersion=2&resourceVersionMatch=Exact");
        assertThat(answer.code()).isEqualTo(410);
    }
}
