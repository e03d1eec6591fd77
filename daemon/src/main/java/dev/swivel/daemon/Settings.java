package dev.swivel.daemon;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.swivel.core.config.ConfigException;
import dev.swivel.core.config.ConfigReader;
import dev.swivel.core.config.ConfigText;
import dev.swivel.core.config.FileFault;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Puts file and flags together as kube-proxy does (spec 11.2): a file replaces the flags, but for
/// those that always count.
final class Settings {
    private final @Nullable Path file;
    private final Flags flags;
    private final LogFlags logFlags;
    private final @Nullable String hostnameOverride;
    private final @Nullable String master;

    Settings(
            @Nullable Path file,
            Flags flags,
            LogFlags logFlags,
            @Nullable String hostnameOverride,
            @Nullable String master) {
        this.file = file;
        this.flags = flags;
        this.logFlags = logFlags;
        this.hostnameOverride = hostnameOverride;
        this.master = master;
    }

    /// Reads everything anew: the file may have changed since the last time.
    ConfigReader.Result read() throws ConfigException {
        if (hostnameOverride != null && !hostnameOverride.isEmpty() && hostnameOverride.isBlank()) {
            throw new ConfigException(
                    "--hostname-override: a blank name is not allowed; allowed: the node's name");
        }
        String origin = file == null ? "the command line" : file.toString();
        List<String> warnings = new ArrayList<>();
        JsonNode document = document(origin, warnings);
        if (document instanceof ObjectNode object) {
            ConfigPaths paths = new ConfigPaths(object);
            paths.put("hostnameOverride", "".equals(hostnameOverride) ? null : hostnameOverride);
            logFlags.overlay(paths);
        }
        ConfigReader.Result result =
                ConfigReader.read(
                        document,
                        origin,
                        new ConfigReader.FlagsOnly(
                                master == null ? "" : master,
                                file != null || flags.healthServer()));
        Modes.validate(result.config());
        warnings.addAll(result.warnings());
        return new ConfigReader.Result(result.config(), result.document(), warnings);
    }

    private JsonNode document(String origin, List<String> warnings) throws ConfigException {
        if (file == null) {
            warnings.addAll(flags.deprecations());
            return flags.document();
        }
        List<String> replaced = flags.document().propertyStream().map(Map.Entry::getKey).toList();
        if (!replaced.isEmpty()) {
            warnings.add(
                    "with --config the file alone counts; flags given for these fields do not: "
                            + String.join(", ", replaced));
        }
        try {
            ConfigText.Parsed parsed = ConfigText.parse(Files.readString(file), origin);
            warnings.addAll(parsed.warnings());
            ConfigReader.requireType(parsed.document(), origin);
            return parsed.document();
        } catch (CharacterCodingException _) {
            throw new ConfigException("--config: " + file + " is not text in UTF-8");
        } catch (IOException e) {
            throw new ConfigException("--config: cannot read " + file + ": " + FileFault.reason(e));
        }
    }
}
