package dev.swivel.daemon;

import dev.swivel.core.backend.BackendException;
import dev.swivel.core.backend.ProxyBackend;
import dev.swivel.core.config.ConfigDefaults;
import dev.swivel.core.watch.api.ApiSource;
import dev.swivel.daemon.log.Logs;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;

/// `swivel cleanup`, and `swivel --cleanup` as kube-proxy has it: removes what any mode left on
/// this node, and needs no API server.
@Command(
        name = "cleanup",
        mixinStandardHelpOptions = true,
        description =
                "Removes the rules and sets that Swivel or kube-proxy left on this node, in any mode, and nothing else. Traffic to Services ends.")
final class CleanupCommand implements Callable<Integer> {
    private static final Logger log = LoggerFactory.getLogger(CleanupCommand.class);

    @Override
    public Integer call() {
        Logs.configure(ConfigDefaults.defaults().logging(), ApiSource.NOISY_LOGGER);
        return cleanUp();
    }

    /// @return the exit code: 0 if everything is removed, 1 if something stayed
    static int cleanUp() {
        int failed = 0;
        for (ProxyBackend backend : ServiceLoader.load(ProxyBackend.class)) {
            try (backend) {
                backend.cleanup();
                log.info("mode {}: nothing is left", backend.name());
            } catch (BackendException e) {
                failed++;
                log.error("mode {}: something stays: {}", backend.name(), e.getMessage());
            }
        }
        return failed == 0 ? 0 : 1;
    }
}
