package dev.swivel.core.watch.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ApiReaderTest {
    private static final String METADATA =
            "\"metadata\":{\"resourceVersion\":\"7\",\"continue\":\"more\"}";
    private static final String ITEMS = "\"items\":[{\"a\":1},{\"a\":2}]";

    /// As API servers write lists: the next page can be asked for while this one is read.
    @Test
    void tokenOfTheNextPageIsToldBeforeTheItems() throws IOException {
        assertThat(told("{\"kind\":\"ServiceList\"," + METADATA + "," + ITEMS + "}"))
                .containsExactly("more", "1", "2");
    }

    @Test
    void tokenAfterTheItemsIsToldToo() throws IOException {
        assertThat(told("{" + ITEMS + "," + METADATA + "}")).containsExactly("1", "2", "more");
    }

    private static List<String> told(String list) throws IOException {
        List<String> told = new ArrayList<>();
        var page =
                ApiReader.page(
                        new ByteArrayInputStream(list.getBytes(UTF_8)),
                        told::add,
                        item -> told.add(item.path("a").asText()));
        assertThat(page).isEqualTo(new ApiReader.Page("7", "more"));
        return told;
    }
}
