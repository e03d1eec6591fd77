package dev.swivel.netfilter.commit;

import dev.swivel.core.backend.BackendException;
import dev.swivel.linux.iptables.ResourceBusyException;
import dev.swivel.linux.iptables.RestoreException;
import java.io.IOException;

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
        return new BackendException(doing + ": " + cause.getMessage() + remedy, cause);
    }
}
