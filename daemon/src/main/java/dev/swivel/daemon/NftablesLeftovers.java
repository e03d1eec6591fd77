package dev.swivel.daemon;

import dev.swivel.core.backend.KernelObject;
import dev.swivel.linux.nftables.NftTable;
import dev.swivel.linux.nftables.NftTables;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What kube-proxy's nftables mode leaves: one table for each IP family (spec 6). No backend here
/// has that mode.
final class NftablesLeftovers {
    private static final Logger log = LoggerFactory.getLogger(NftablesLeftovers.class);
    private static final String NAME = "kube-proxy";

    private NftablesLeftovers() {}

    static List<KernelObject> list() throws IOException {
        return tables().stream()
                .map(table -> new KernelObject("nftables", table.toString(), List.of()))
                .toList();
    }

    static void remove() throws IOException {
        for (NftTable table : tables()) {
            NftTables.delete(table);
            log.info("removed the table {} of kube-proxy's nftables mode", table);
        }
    }

    private static List<NftTable> tables() throws IOException {
        return NftTables.list().stream().filter(table -> table.name().equals(NAME)).toList();
    }
}
