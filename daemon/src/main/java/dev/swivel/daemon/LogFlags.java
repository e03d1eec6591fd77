package dev.swivel.daemon;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.swivel.core.config.ConfigException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Logging flags that Kubernetes components share. They count beside a configuration file too.
final class LogFlags {
    @Option(
            names = {"-v", "--v"},
            paramLabel = "N",
            description =
                    "Log verbosity: 0 (default) tells starts, faults and repairs; 2 every sync; 6 everything.")
    @Nullable Integer verbosity;

    @Option(
            names = "--vmodule",
            paramLabel = "FILE=N",
            split = ",",
            description = "Another verbosity for single source files, such as SyncLoop=6,Api*=4.")
    @Nullable List<String> vmodule;

    @Option(
            names = "--logging-format",
            paramLabel = "FORMAT",
            description = "text (default) or json.")
    @Nullable String format;

    @Option(
            names = "--log-flush-frequency",
            paramLabel = "DURATION",
            description = "Accepted; lines are written at once.")
    @Nullable String flushFrequency;

    @Option(
            names = "--log-text-split-stream",
            arity = "0..1",
            fallbackValue = "true",
            paramLabel = "BOOL",
            hidden = true,
            description = "Accepted; everything goes to standard error.")
    @Nullable Boolean textSplitStream;

    @Option(
            names = "--log-text-info-buffer-size",
            paramLabel = "SIZE",
            hidden = true,
            description = "Accepted; lines are written at once.")
    @Nullable String textInfoBufferSize;

    @Option(
            names = "--log-json-split-stream",
            arity = "0..1",
            fallbackValue = "true",
            paramLabel = "BOOL",
            hidden = true,
            description = "Accepted; everything goes to standard error.")
    @Nullable Boolean jsonSplitStream;

    @Option(
            names = "--log-json-info-buffer-size",
            paramLabel = "SIZE",
            hidden = true,
            description = "Accepted; lines are written at once.")
    @Nullable String jsonInfoBufferSize;

    /// Puts what is given over what the document says; `--vmodule` adds to it.
    void overlay(ConfigPaths document) throws ConfigException {
        document.put("logging.verbosity", verbosity);
        document.put("logging.format", format);
        document.put("logging.flushFrequency", flushFrequency);
        document.put("logging.options.text.splitStream", textSplitStream);
        document.put("logging.options.text.infoBufferSize", textInfoBufferSize);
        document.put("logging.options.json.splitStream", jsonSplitStream);
        document.put("logging.options.json.infoBufferSize", jsonInfoBufferSize);
        List<String> modules = Flags.given(vmodule);
        if (modules != null) {
            document.append("logging", "vmodule", modules(modules));
        }
    }

    private static List<ObjectNode> modules(List<String> given) throws ConfigException {
        List<ObjectNode> modules = new ArrayList<>();
        for (String module : given) {
            String[] parts = module.split("=", -1);
            if (parts.length != 2 || !parts[1].matches("[0-9]{1,9}")) {
                throw new ConfigException(
                        "--vmodule: "
                                + module
                                + " is not allowed; allowed: FILE=N, such as SyncLoop=6");
            }
            modules.add(
                    JsonNodeFactory.instance
                            .objectNode()
                            .put("filePattern", parts[0])
                            .put("verbosity", Integer.parseInt(parts[1])));
        }
        return modules;
    }
}
