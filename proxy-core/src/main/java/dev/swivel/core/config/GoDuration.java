package dev.swivel.core.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Durations as Kubernetes configuration writes them: `30s`, `1h30m`, `1.5s`, `-1s`, `0` (the
/// format of Go's `time.ParseDuration`).
final class GoDuration {
    private static final Pattern PART =
            Pattern.compile("(\\d+(?:\\.\\d+)?|\\.\\d+)(ns|us|µs|ms|s|m|h)");
    private static final Map<String, Long> NANOS =
            Map.of(
                    "ns",
                    1L,
                    "us",
                    1_000L,
                    "µs",
                    1_000L,
                    "ms",
                    1_000_000L,
                    "s",
                    1_000_000_000L,
                    "m",
                    60_000_000_000L,
                    "h",
                    3_600_000_000_000L);

    private GoDuration() {}

    static Optional<Duration> parse(String text) {
        boolean negative = text.startsWith("-");
        String body = negative || text.startsWith("+") ? text.substring(1) : text;
        if (body.equals("0")) {
            return Optional.of(Duration.ZERO);
        }
        if (body.isEmpty() || body.length() > 64) {
            return Optional.empty();
        }
        Matcher part = PART.matcher(body);
        BigDecimal nanos = BigDecimal.ZERO;
        int end = 0;
        while (part.find() && part.start() == end) {
            nanos =
                    nanos.add(
                            new BigDecimal(part.group(1))
                                    .multiply(
                                            BigDecimal.valueOf(
                                                    NANOS.getOrDefault(part.group(2), 0L))));
            end = part.end();
        }
        if (end != body.length() || nanos.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            return Optional.empty();
        }
        Duration duration = Duration.ofNanos(nanos.longValue());
        return Optional.of(negative ? duration.negated() : duration);
    }

    static String format(Duration duration) {
        if (duration.isZero()) {
            return "0s";
        }
        if (duration.isNegative()) {
            return "-" + format(duration.negated());
        }
        StringBuilder text = new StringBuilder();
        long hours = duration.toHours();
        if (hours > 0) {
            text.append(hours).append('h');
        }
        if (hours > 0 || duration.toMinutesPart() > 0) {
            text.append(duration.toMinutesPart()).append('m');
        }
        BigDecimal seconds =
                BigDecimal.valueOf(duration.toSecondsPart())
                        .add(BigDecimal.valueOf(duration.toNanosPart(), 9));
        return text.append(seconds.stripTrailingZeros().toPlainString()).append('s').toString();
    }
}
