package dev.swivel.linux.iptables;

import java.io.IOException;
import java.util.Map;

/// Looks at tables from afar, for one who does so often: what it takes to ask stays open. Of the
/// network namespace of the thread that looks first; not for several threads at once.
public interface TableLook extends AutoCloseable {
    /// By name of the table. As long as nothing changed it is the same map.
    Map<String, TableFingerprint> fingerprints() throws IOException;

    @Override
    void close();
}
