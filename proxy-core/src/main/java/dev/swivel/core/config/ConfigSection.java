package dev.swivel.core.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// One object of the configuration document while it is being read: hands out fields by type,
/// writes down faults, and knows which fields nobody asked for. Beside it grows the same object as
/// it is in force, with every default filled in.
final class ConfigSection {
    private final String path;
    private final JsonNode node;
    private final ObjectNode inForce;
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

    ConfigSection(JsonNode root, Findings findings) {
        this("", root, JsonNodeFactory.instance.objectNode(), findings);
    }

    private ConfigSection(String path, JsonNode node, ObjectNode inForce, Findings findings) {
        this.path = path;
        this.node = node;
        this.inForce = inForce;
        this.findings = findings;
    }

    /// What has been read so far, with defaults.
    ObjectNode inForce() {
        return inForce;
    }

    /// Corrects what is in force: a default that depends on other fields, or a value made complete.
    void settle(String name, String value) {
        inForce.put(name, value);
    }

    ConfigSection section(String name) {
        JsonNode child = field(name).orElse(JsonNodeFactory.instance.objectNode());
        if (!child.isObject()) {
            fault(name, child, "an object");
            child = JsonNodeFactory.instance.objectNode();
        }
        return new ConfigSection(pathOf(name), child, inForce.putObject(name), findings);
    }

    /// A section that kube-proxy does not know: what is in force shows it only if it was given, so
    /// that kube-proxy can read that, too.
    ConfigSection ownSection(String name) {
        boolean given = field(name).isPresent();
        ConfigSection section = section(name);
        if (!given) {
            inForce.remove(name);
        }
        return section;
    }

    String text(String name, String fallback) {
        String text =
                field(name)
                        .map(value ->
                                value.isTextual()
                                        ? value.textValue()
                                        : wrong(name, value, "text", fallback))
                        .orElse(fallback);
        inForce.put(name, text);
        return text;
    }

    boolean bool(String name, boolean fallback) {
        boolean bool =
                field(name)
                        .map(value ->
                                value.isBoolean()
                                        ? (Boolean) value.booleanValue()
                                        : wrong(name, value, "true or false", fallback))
                        .orElse(fallback);
        inForce.put(name, bool);
        return bool;
    }

    int integer(String name, int fallback, int min, int max) {
        int number = readInteger(name, fallback, min, max);
        inForce.put(name, number);
        return number;
    }

    /// Like [#integer], but 0 means the default, as where kube-proxy cannot tell 0 from nothing.
    int positive(String name, int fallback) {
        int number = readInteger(name, fallback, 0, Integer.MAX_VALUE);
        int settled = number == 0 ? fallback : number;
        inForce.put(name, settled);
        return settled;
    }

    /// Also as 14.0 or 1e+06: so templates write large numbers.
    private int readInteger(String name, int fallback, int min, int max) {
        return field(name)
                .map(value ->
                        value.canConvertToExactIntegral()
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

    /// A number; 0 means the default.
    double number(String name, double fallback) {
        double number =
                field(name)
                        .map(value ->
                                value.isNumber()
                                        ? (Double) value.doubleValue()
                                        : wrong(name, value, "a number", fallback))
                        .filter(value -> value != 0)
                        .orElse(fallback);
        if (number == Math.rint(number)) {
            inForce.put(name, (long) number);
        } else {
            inForce.put(name, number);
        }
        return number;
    }

    /// A duration of at least 0.
    Duration duration(String name, Duration fallback) {
        Duration duration = readDuration(name, fallback);
        inForce.put(name, GoDuration.format(duration));
        return duration;
    }

    /// A duration; 0 means the default, as where kube-proxy cannot tell 0 from nothing.
    Duration period(String name, Duration fallback) {
        Duration duration = readDuration(name, fallback);
        Duration settled = duration.isZero() ? fallback : duration;
        inForce.put(name, GoDuration.format(settled));
        return settled;
    }

    /// A duration, or a whole number of nanoseconds, as older configurations have it.
    Duration nanosOrDuration(String name, Duration fallback) {
        Duration duration =
                field(name)
                        .filter(JsonNode::isIntegralNumber)
                        .map(value -> Duration.ofNanos(Math.max(0, value.longValue())))
                        .orElseGet(() -> readDuration(name, fallback));
        Duration settled = duration.isZero() ? fallback : duration;
        inForce.put(name, GoDuration.format(settled));
        return settled;
    }

    /// A Kubernetes quantity, such as `0` or `64Ki`. Nothing here reads its value.
    void quantity(String name, String fallback) {
        String text =
                field(name)
                        .map(JsonNode::asText)
                        .filter(value -> value.matches("[+]?[0-9.]+([eE]?[0-9]+|[numkKMGTPE]i?)?"))
                        .orElseGet(() ->
                                field(name)
                                        .map(value -> wrong(name, value, "a size such as 64Ki", ""))
                                        .orElse(fallback));
        inForce.put(name, text);
    }

    private Duration readDuration(String name, Duration fallback) {
        return field(name)
                .map(value -> {
                    Optional<Duration> parsed =
                            value.isTextual()
                                    ? GoDuration.parse(value.textValue())
                                    : value.isIntegralNumber() && value.longValue() == 0
                                            ? Optional.of(Duration.ZERO)
                                            : Optional.empty();
                    return parsed.filter(duration -> !duration.isNegative())
                            .orElseGet(() ->
                                    wrong(
                                            name,
                                            value,
                                            "a duration such as 30s or 1h30m, at least 0s",
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
        ArrayNode list = inForce.putArray(name);
        texts.forEach(list::add);
        return texts;
    }

    /// The sections of a list.
    List<ConfigSection> sections(String name) {
        JsonNode value = field(name).orElse(JsonNodeFactory.instance.arrayNode());
        List<ConfigSection> sections = new ArrayList<>();
        ArrayNode list = inForce.putArray(name);
        if (!value.isArray()) {
            fault(name, value, "a list");
            return sections;
        }
        for (JsonNode item : value) {
            String at = name + "[" + sections.size() + "]";
            if (item.isObject()) {
                sections.add(new ConfigSection(pathOf(at), item, list.addObject(), findings));
            } else {
                fault(at, item, "an object");
            }
        }
        return sections;
    }

    Map<String, Boolean> switches(String name) {
        ConfigSection section = section(name);
        Map<String, Boolean> switches = new LinkedHashMap<>();
        section.node
                .fieldNames()
                .forEachRemaining(gate -> switches.put(gate, section.bool(gate, false)));
        return switches;
    }

    /// Reads a section that means nothing here, and says so if it asks for more than the defaults.
    ///
    /// @param read asks for all its fields
    void sectionWithoutEffect(String name, String why, Consumer<ConfigSection> read) {
        ConfigSection section = section(name);
        read.accept(section);
        section.finish();
        ConfigSection blank =
                new ConfigSection(JsonNodeFactory.instance.objectNode(), new Findings());
        read.accept(blank);
        if (!section.inForce.equals(blank.inForce)) {
            findings.warnings().add(section.path + " is ignored: " + why);
        }
    }

    /// Says of a field that was read and means nothing here that it is ignored, unless it is empty.
    void ignored(String name, String why) {
        field(name)
                .filter(value -> !isEmpty(value))
                .ifPresent(_ -> findings.warnings().add(pathOf(name) + " is ignored: " + why));
    }

    private static boolean isEmpty(JsonNode value) {
        return (value.isTextual() && value.textValue().isEmpty())
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
