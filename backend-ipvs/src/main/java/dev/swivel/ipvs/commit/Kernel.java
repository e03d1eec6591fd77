package dev.swivel.ipvs.commit;

import dev.swivel.ipvs.render.Schedulers;
import dev.swivel.linux.ipvs.Ipvs;
import dev.swivel.linux.ipvs.Scheduler;
import dev.swivel.linux.link.Links;
import dev.swivel.netfilter.commit.SetStore;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/// What both IP families work with: the sockets to the kernel, of the network namespace of the
/// thread that opened them.
public final class Kernel implements Schedulers, AutoCloseable {
    private final Ipvs ipvs;
    private final SetStore sets;
    private final Links links;
    private final Map<String, Boolean> schedulers = new HashMap<>();

    private Kernel(Ipvs ipvs, SetStore sets, Links links) {
        this.ipvs = ipvs;
        this.sets = sets;
        this.links = links;
    }

    /// @throws IOException when the kernel lacks something; the message says what, and the remedy
    public static Kernel open() throws IOException {
        Ipvs ipvs = Ipvs.open();
        SetStore sets = null;
        try {
            sets = SetStore.open();
            return new Kernel(ipvs, sets, Links.open());
        } catch (IOException | RuntimeException e) {
            ipvs.close();
            if (sets != null) {
                sets.close();
            }
            throw e;
        }
    }

    public Ipvs ipvs() {
        return ipvs;
    }

    SetStore sets() {
        return sets;
    }

    public Links links() {
        return links;
    }

    /// Tries a name once: the kernel loads the module if there is one.
    @Override
    public boolean has(String name) {
        return schedulers.computeIfAbsent(name, this::tried);
    }

    private boolean tried(String name) {
        try {
            return ipvs.probe(new Scheduler(name)).isEmpty();
        } catch (IllegalArgumentException | IOException _) {
            return false;
        }
    }

    @Override
    public void close() {
        ipvs.close();
        sets.close();
        links.close();
    }
}
