package dev.swivel.daemon;

import dev.swivel.core.backend.ProxyBackend;
import dev.swivel.core.config.ConfigException;
import dev.swivel.core.config.ProxyConfig;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/// The backends of this build: any of them can be left out.
final class Modes {
    private Modes() {}

    static List<ProxyBackend> all() {
        return backends().toList();
    }

    private static Stream<ProxyBackend> backends() {
        return ServiceLoader.load(ProxyBackend.class).stream().map(ServiceLoader.Provider::get);
    }

    static ProxyBackend backend(String mode) throws ConfigException {
        return backends()
                .filter(backend -> backend.name().equals(mode))
                .findFirst()
                .orElseThrow(() ->
                        new ConfigException(
                                "mode: the backend " + mode + " is not part of this build"));
    }

    /// Those that may have served this node before one of that mode.
    static List<ProxyBackend> others(String mode) {
        return backends().filter(backend -> !backend.name().equals(mode)).toList();
    }

    /// Asks the backend of the configured mode, if it is there, what it says to its values.
    static void validate(ProxyConfig config) throws ConfigException {
        for (ProxyBackend backend : all()) {
            if (backend.name().equals(config.mode())) {
                backend.validate(config);
            }
        }
    }
}
