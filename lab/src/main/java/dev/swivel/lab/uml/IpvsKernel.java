package dev.swivel.lab.uml;

import dev.swivel.linux.ipvs.Ipvs;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Runs commands where the kernel has IPVS: as a process of this machine if its own kernel has it,
/// else in user-mode Linux.
public final class IpvsKernel {
    /// The exit code of a command that took too long.
    public static final int TIME_OVER = 124;

    private IpvsKernel() {}

    public static boolean isThisMachines() {
        return Ipvs.probe().isEmpty();
    }

    /// Runs a command to its end, or for as long as it may take.
    ///
    /// @param guest what to boot if this machine's kernel will not do
    /// @param listener gets each line of output as it comes, or, on this machine, at the end
    public static GuestResult run(
            UserModeLinux guest, GuestCommand command, Duration limit, Consumer<String> listener)
            throws IOException, InterruptedException {
        return isThisMachines()
                ? here(command, limit, listener)
                : guest.run(command, limit, listener);
    }

    private static GuestResult here(GuestCommand command, Duration limit, Consumer<String> listener)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile("swivel-inner-", ".log");
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command.arguments())
                            .directory(command.directory().toFile())
                            .redirectErrorStream(true)
                            .redirectInput(new File("/dev/null"))
                            .redirectOutput(output.toFile());
            builder.environment().putAll(command.environment());
            Process process = builder.start();
            boolean ended = process.waitFor(limit.toSeconds(), TimeUnit.SECONDS);
            if (!ended) {
                process.destroyForcibly().waitFor();
            }
            String said = Files.readString(output);
            said.lines().forEach(listener);
            return new GuestResult(ended ? process.exitValue() : TIME_OVER, said);
        } finally {
            Files.deleteIfExists(output);
        }
    }
}
