package dev.swivel.daemon.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import dev.swivel.core.config.ProxyConfig.Vmodule;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;

/// `--vmodule`: another verbosity for the source files that a pattern names. A class logs under its
/// own name, and its file has that name.
final class FileLevels extends TurboFilter {
    private record Rule(Pattern name, Level level) {}

    private final List<Rule> rules;
    private final ConcurrentMap<String, Optional<Level>> byLogger = new ConcurrentHashMap<>();

    FileLevels(List<Vmodule> modules) {
        this.rules =
                modules.stream()
                        .map(module ->
                                new Rule(
                                        glob(module.filePattern()),
                                        Verbosity.level(module.verbosity())))
                        .toList();
    }

    private static Pattern glob(String pattern) {
        StringBuilder regex = new StringBuilder();
        pattern.chars()
                .forEach(c ->
                        regex.append(
                                c == '*'
                                        ? ".*"
                                        : c == '?' ? "." : Pattern.quote(Character.toString(c))));
        return Pattern.compile(regex.toString());
    }

    @Override
    public FilterReply decide(
            @Nullable Marker marker,
            Logger logger,
            Level level,
            @Nullable String format,
            Object @Nullable [] params,
            @Nullable Throwable thrown) {
        Optional<Level> asked = byLogger.computeIfAbsent(logger.getName(), this::find);
        return asked.filter(level::isGreaterOrEqual).isPresent()
                ? FilterReply.ACCEPT
                : FilterReply.NEUTRAL;
    }

    private Optional<Level> find(String logger) {
        String file = logger.substring(logger.lastIndexOf('.') + 1);
        return rules.stream()
                .filter(rule -> rule.name().matcher(file).matches())
                .map(Rule::level)
                .findFirst();
    }
}
