package dev.swivel.daemon.pages;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.swivel.daemon.Version;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/// What `/statusz` tells.
final class StatusPage {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss 'UTC' yyyy", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private final Instant started = Instant.now();
    private final Supplier<Map<String, String>> state;
    private final Supplier<? extends Collection<String>> paths;

    /// @param state of the proxy, line by line
    StatusPage(Supplier<Map<String, String>> state, Supplier<? extends Collection<String>> paths) {
        this.state = state;
        this.paths = paths;
    }

    ZPage page() {
        return new ZPage("Statusz", this::text, this::fields);
    }

    private String text() {
        Duration up = Duration.between(started, Instant.now());
        StringBuilder text = new StringBuilder();
        line(text, "Started", TIME.format(started));
        line(
                text,
                "Up",
                String.format(
                        "%d hr %02d min %02d sec",
                        up.toHours(), up.toMinutesPart(), up.toSecondsPart()));
        line(text, "Java version", Runtime.version().toString());
        line(text, "Binary version", Version.asKubernetes().substring(1));
        line(text, "Emulation version", emulation());
        state.get().forEach((name, value) -> line(text, name, value));
        line(text, "Paths", String.join(" ", paths.get()));
        return text.toString();
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(name).append(": ").append(value).append('\n');
    }

    private static String emulation() {
        return Version.KUBERNETES.substring(0, Version.KUBERNETES.lastIndexOf('.'));
    }

    private void fields(ObjectNode object) {
        object.put(
                "startTime", started.truncatedTo(java.time.temporal.ChronoUnit.SECONDS).toString());
        object.put("uptimeSeconds", Duration.between(started, Instant.now()).toSeconds());
        object.put("goVersion", "");
        object.put("binaryVersion", Version.asKubernetes().substring(1));
        object.put("emulationVersion", emulation());
        ArrayNode list = object.putArray("paths");
        paths.get().forEach(list::add);
    }
}
