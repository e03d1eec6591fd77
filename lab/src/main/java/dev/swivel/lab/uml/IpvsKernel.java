package dev.swivel.lab.uml;

import dev.swivel.linux.ipvs.Ipvs;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;

/// Runs commands where the kernel has IPVS: as a process of this machine if its own kernel has it,
/// else in user-mode Linux.
public final class IpvsKernel {
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
                ? command.runHere(limit, listener)
                : guest.run(command, limit, listener);
    }
}
