package dev.swivel.ipvs.commit;

import dev.swivel.core.model.Endpoint;
import dev.swivel.core.model.IpFamily;
import dev.swivel.ipvs.render.Pool;
import dev.swivel.ipvs.render.PoolKey;
import dev.swivel.ipvs.render.Programmed;
import dev.swivel.linux.ipvs.Destination;
import dev.swivel.linux.ipvs.Frontend;
import dev.swivel.linux.ipvs.Ipvs;
import dev.swivel.linux.ipvs.RealServerState;
import dev.swivel.linux.ipvs.VirtualServer;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/// Compares virtual servers with what they should be. The list of them is read as a whole, at
/// intervals that grow with it; their real servers a part at a time.
final class Audit {
    private static final long BUDGET_NANOS = 20_000_000;

    private final IpFamily family;
    private final LongSupplier nanoTime;
    private final Rest rest;
    private final Deque<PoolKey> turn = new ArrayDeque<>();

    Audit(IpFamily family, LongSupplier nanoTime) {
        this.family = family;
        this.nanoTime = nanoTime;
        this.rest = new Rest(nanoTime);
    }

    /// What was programmed is another thing now.
    void restart() {
        turn.clear();
    }

    List<String> findings(Ipvs ipvs, Programmed programmed) throws IOException {
        List<String> findings = new ArrayList<>();
        if (rest.isOver()) {
            long start = nanoTime.getAsLong();
            addServers(ipvs, programmed, findings);
            rest.after(start);
        }
        addReal(ipvs, programmed, findings);
        return findings;
    }

    private void addServers(Ipvs ipvs, Programmed programmed, List<String> findings)
            throws IOException {
        Map<Frontend, VirtualServer> present = new HashMap<>();
        ipvs.servers().forEach(s -> present.put(s.server().frontend(), s.server()));
        for (PoolKey key : programmed.keys()) {
            Pool pool = programmed.pool(key).orElseThrow();
            VirtualServer wanted = ServerForm.server(pool, family);
            VirtualServer found = present.get(wanted.frontend());
            if (found == null) {
                findings.add("virtual server " + wanted.frontend() + " is gone");
            } else if (!found.equals(wanted)) {
                findings.add("virtual server " + wanted.frontend() + " was changed to " + found);
            }
        }
    }

    private void addReal(Ipvs ipvs, Programmed programmed, List<String> findings)
            throws IOException {
        if (turn.isEmpty()) {
            turn.addAll(programmed.keys());
        }
        long end = nanoTime.getAsLong() + BUDGET_NANOS;
        while (!turn.isEmpty() && nanoTime.getAsLong() - end < 0) {
            var pool = programmed.pool(turn.removeFirst());
            if (pool.isPresent()) {
                addReal(pool.get(), ipvs, findings);
            }
        }
    }

    private void addReal(Pool pool, Ipvs ipvs, List<String> findings) throws IOException {
        Frontend frontend = ServerForm.frontend(pool.key(), family);
        Map<Destination, RealServerState> present = new HashMap<>();
        ipvs.realServers(frontend).forEach(s -> present.put(s.server().destination(), s));
        for (Endpoint endpoint : pool.endpoints()) {
            RealServerState found = present.remove(ServerForm.destination(endpoint));
            if (found == null) {
                findings.add("real server " + endpoint + " of " + frontend + " is gone");
            } else if (!found.server().equals(ServerForm.real(endpoint))) {
                findings.add("real server of " + frontend + " was changed to " + found.server());
            }
        }
        for (RealServerState other : present.values()) {
            if (other.server().weight() != 0) {
                findings.add(
                        "real server "
                                + other.server().destination()
                                + " of "
                                + frontend
                                + " is nobody's");
            }
        }
    }
}
