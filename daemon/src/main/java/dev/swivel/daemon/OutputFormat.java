package dev.swivel.daemon;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.Locale;

/// The values of `-o`.
enum OutputFormat {
    TEXT,
    TABLE,
    JSON,
    YAML;

    private static ObjectMapper toJson() {
        return JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    }

    private static ObjectMapper toYaml() {
        return YAMLMapper.builder()
                .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                .disable(YAMLGenerator.Feature.SPLIT_LINES)
                .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                .build();
    }

    /// An answer, with a form for each format.
    interface Answer {
        /// What JSON and YAML say.
        Object document();

        TextTable table();

        /// For people who want to read all of it; the table where there is no more to say.
        default String text() {
            return table().toString();
        }
    }

    /// The answer in this format, with a final line end.
    String print(Answer answer) {
        try {
            return switch (this) {
                case TEXT -> answer.text();
                case TABLE -> answer.table().toString();
                case JSON -> toJson().writeValueAsString(answer.document()) + "\n";
                case YAML -> toYaml().writeValueAsString(answer.document());
            };
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an answer that cannot be written", e);
        }
    }

    /// As it is typed.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
