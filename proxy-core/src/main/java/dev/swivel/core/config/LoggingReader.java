package dev.swivel.core.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Reads the section `logging`, which Kubernetes components share.
final class LoggingReader {
    private static final Set<String> FORMATS = Set.of("text", "json");
    private static final Duration FLUSH = Duration.ofSeconds(5);

    private LoggingReader() {}

    static ProxyConfig.Logging read(ConfigSection section) {
        String format = section.text("format", "");
        if (format.isEmpty()) {
            format = "text";
            section.settle("format", format);
        }
        if (!FORMATS.contains(format)) {
            section.fault("format", format, "text or json");
        }
        int verbosity = section.integer("verbosity", 0, 0, Integer.MAX_VALUE);
        section.nanosOrDuration("flushFrequency", FLUSH); // lines are written at once
        ConfigSection options = section.section("options");
        for (String name : List.of("text", "json")) {
            options.sectionWithoutEffect(
                    name,
                    "lines are written to standard error at once",
                    option -> {
                        option.bool("splitStream", false);
                        option.quantity("infoBufferSize", "0");
                    });
        }
        options.finish();
        List<ProxyConfig.Vmodule> modules = vmodule(section);
        section.finish();
        return new ProxyConfig.Logging(format, verbosity, modules);
    }

    private static List<ProxyConfig.Vmodule> vmodule(ConfigSection section) {
        List<ProxyConfig.Vmodule> modules = new ArrayList<>();
        for (ConfigSection module : section.sections("vmodule")) {
            String pattern = module.text("filePattern", "");
            if (pattern.isEmpty() || pattern.matches(".*[=,].*")) {
                module.fault(
                        "filePattern", pattern, "a file name without its ending; * and ? match");
            }
            modules.add(
                    new ProxyConfig.Vmodule(
                            pattern, module.integer("verbosity", 0, 0, Integer.MAX_VALUE)));
            module.finish();
        }
        return modules;
    }
}
