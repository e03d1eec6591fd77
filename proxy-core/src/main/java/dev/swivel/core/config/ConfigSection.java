package dev.swivel.core.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// One object of the configuration document while it is being read: hands out fields by type,
/// writes down faults, and knows which fields nobody asked for.
final class ConfigSection {
    private final String path;
    private final JsonNode node;
    private final Findings findings;
    private final Set<String> known = new LinkedHashSet<>();

    /// What reading found, over all sections.
    ///
    /// @param faults make the configuration unusable
    /// @param warnings do not
    record Findings(List<String> faults, List<String> warnings) {
        Findings() {
            this(new ArrayList<>(), new ArrayList<>());
        }
    }

    ConfigSection(String path, JsonNode node, Findings findings) {
        this.path = path;
        this.node = node;
        this.findings = findings;
    }

    ConfigSection section(String name) {
        JsonNode child = field(name).orElse(JsonNodeFactory.instance.objectNode());
        if (!child.isObject()) {
            fault(name, child, "an object");
            child = JsonNodeFactory.instance.objectNode();
        }
        return new ConfigSection(pathOf(name), child, findings);
    }

    String text(String name, String fallback) {
        return field(name)
                .map(value ->
                        value.isTextual()
                                ? value.textValue()
                                : wrong(name, value, "text", fallback))
                .orElse(fallback);
    }

    boolean bool(String name, boolean fallback) {
        return field(name)
                .map(value ->
                        value.isBoolean()
                                ? (Boolean) value.booleanValue()
                                : wrong(name, value, "true or false", fallback))
                .orElse(fallback);
    }

    int integer(String name, int fallback, int min, int max) {
        return field(name)
                .map(value ->
                        value.isIntegralNumber()
                                        && value.canConvertToInt()
                                        && value.intValue() >= min
                                        && value.intValue() <= max
                                ? (Integer) value.intValue()
                                : wrong(
                                        name,
                                        value,
                                        "a whole number from " + min + " to " + max,
                                        fallback))
                .orElse(fallback);
    }

    double number(String name, double fallback) {
        return field(name)
                .map(value ->
                        value.isNumber()
                                ? (Double) value.doubleValue()
                                : wrong(name, value, "a number", fallback))
                .orElse(fallback);
    }

    /// A duration of at least `min`; 0 stands for the default where kube-proxy's defaulting says
    /// so: ask [#positiveOr].
    Duration duration(String name, Duration fallback, Duration min) {
        return field(name)
                .map(value -> {
                    Optional<Duration> parsed =
                            value.isTextual()
                                    ? GoDuration.parse(value.textValue())
                                    : value.isIntegralNumber() && value.longValue() == 0
                                            ? Optional.of(Duration.ZERO)
                                            : Optional.empty();
                    return parsed.filter(d -> d.compareTo(min) >= 0)
                            .orElseGet(() ->
                                    wrong(
                                            name,
                                            value,
                                            "a duration such as 30s or 1h30m, at least "
                                                    + GoDuration.format(min),
                                            fallback));
                })
                .orElse(fallback);
    }

    List<String> texts(String name) {
        JsonNode value = field(name).orElse(JsonNodeFactory.instance.arrayNode());
        List<String> texts = new ArrayList<>();
        if (!value.isArray()) {
            fault(name, value, "a list");
        } else {
            for (JsonNode item : value) {
                if (item.isTextual()) {
                    texts.add(item.textValue());
                } else {
                    fault(name, item, "a list of texts");
                }
            }
        }
        return texts;
    }

    Map<String, Boolean> switches(String name) {
        Map<String, Boolean> switches = new LinkedHashMap<>();
        field(name)
                .ifPresent(value ->
                        value.properties()
                                .forEach(entry -> {
                                    if (entry.getValue().isBoolean()) {
                                        switches.put(
                                                entry.getKey(), entry.getValue().booleanValue());
                                    } else {
                                        fault(
                                                name + "." + entry.getKey(),
                                                entry.getValue(),
                                                "true or false");
                                    }
                                }));
        return switches;
    }

    /// Names a field that exists but means nothing here.
    void ignored(String name, String why) {
        field(name)
                .ifPresent(value -> {
                    if (!isEmpty(value)) {
                        findings.warnings().add(pathOf(name) + " is ignored: " + why);
                    }
                });
    }

    private static boolean isEmpty(JsonNode value) {
        return (value.isContainerNode() && value.isEmpty())
                || (value.isTextual() && value.textValue().isEmpty())
                || (value.isBoolean() && !value.booleanValue())
                || (value.isNumber() && value.doubleValue() == 0);
    }

    /// Warns of every field that was not asked for. Call it last.
    void finish() {
        node.fieldNames()
                .forEachRemaining(name -> {
                    if (!known.contains(name)) {
                        findings.warnings()
                                .add(
                                        "unknown field "
                                                + pathOf(name)
                                                + " is ignored; check its spelling");
                    }
                });
    }

    void fault(String name, Object value, String allowed) {
        findings.faults().add(pathOf(name) + ": " + value + " is not allowed; allowed: " + allowed);
    }

    private <T> T wrong(String name, JsonNode value, String allowed, T fallback) {
        fault(name, value, allowed);
        return fallback;
    }

    private Optional<JsonNode> field(String name) {
        known.add(name);
        return Optional.ofNullable(node.get(name)).filter(value -> !value.isNull());
    }

    private String pathOf(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
