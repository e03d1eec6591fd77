package dev.swivel.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the kernel how soon to end this process when memory is short. Where that is not allowed,
/// the process is as any other.
final class OomScore {
    private static final Logger log = LoggerFactory.getLogger(OomScore.class);
    private static final Path FILE = Path.of("/proc/self/oom_score_adj");

    private OomScore() {}

    /// @param adjustment -1000 (never) to 1000 (first)
    static void apply(int adjustment) {
        try {
            Files.writeString(FILE, Integer.toString(adjustment));
        } catch (IOException e) {
            log.debug(
                    "oomScoreAdj {} cannot be set ({}): a lower one than the process has needs CAP_SYS_RESOURCE",
                    adjustment,
                    e.getMessage());
        }
    }
}
