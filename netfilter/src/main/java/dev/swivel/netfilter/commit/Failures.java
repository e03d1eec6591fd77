package dev.swivel.netfilter.commit;

import dev.swivel.core.backend.BackendException;
import dev.swivel.linux.iptables.ResourceBusyException;
import dev.swivel.linux.iptables.RestoreException;
import dev.swivel.linux.process.Capability;
import java.io.IOException;
import java.util.List;

/// Makes of what the kernel or a tool said what an operator needs.
public final class Failures {
    private Failures() {}

    /// @param doing what was being done, as in `programming IPv4 services`
    public static BackendException explain(String doing, IOException cause) {
        String remedy =
                switch (cause) {
                    case ResourceBusyException _ ->
                            " (another program is writing rules; Swivel tries again)";
                    case RestoreException _ ->
                            " (nothing of this table was changed; Swivel compares everything with"
                                    + " the kernel and tries again)";
                    default -> "";
                };
        return new BackendException(
                doing + ": " + cause.getMessage() + remedy + missingRight(), cause);
    }

    /// Whatever else is said, without these nothing works: the iptables programs want both.
    private static String missingRight() {
        for (Capability right : List.of(Capability.NET_ADMIN, Capability.NET_RAW)) {
            try {
                if (!right.isHeld()) {
                    return " (this process has no %s, and cannot gain it: end it, and %s)"
                            .formatted(right, right.remedy());
                }
            } catch (IOException _) {
                // then the message has to do without
            }
        }
        return "";
    }
}
