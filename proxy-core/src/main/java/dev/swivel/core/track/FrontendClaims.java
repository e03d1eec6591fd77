package dev.swivel.core.track;

import dev.swivel.core.model.ServicePortName;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/// Who owns which address and port. The API server hands out ClusterIPs and node ports once, but
/// external IPs are free text, and a proxy that restarts may meet anything. The older Service keeps
/// a contested frontend, on every node alike; the names decide between Services of one age. Cost of
/// a change: the frontends of the one Service.
final class FrontendClaims {
    /// @param created of the Service
    record Claimant(Instant created, ServicePortName port) implements Comparable<Claimant> {
        private static final Comparator<Claimant> ELDEST_FIRST =
                Comparator.comparing(Claimant::created).thenComparing(Claimant::port);

        @Override
        public int compareTo(Claimant other) {
            return ELDEST_FIRST.compare(this, other);
        }
    }

    private final Map<FrontendKey, Claimant> owners = new HashMap<>();

    /// Only for keys with more than one claimant; the owner is among them.
    private final Map<FrontendKey, TreeSet<Claimant>> contested = new HashMap<>();

    /// Registers a claim.
    ///
    /// @return the port that lost the frontend by it, if one did
    Optional<ServicePortName> claim(FrontendKey key, Claimant claimant) {
        Claimant owner = owners.putIfAbsent(key, claimant);
        if (owner == null || owner.equals(claimant)) {
            return Optional.empty();
        }
        TreeSet<Claimant> all = contested.computeIfAbsent(key, _ -> new TreeSet<>());
        all.add(owner);
        all.add(claimant);
        Claimant first = all.first();
        owners.put(key, first);
        return first.equals(owner) ? Optional.empty() : Optional.of(owner.port());
    }

    /// Takes a claim back.
    ///
    /// @return the port that got the frontend by it, if one did
    Optional<ServicePortName> release(FrontendKey key, Claimant claimant) {
        TreeSet<Claimant> all = contested.get(key);
        if (all == null) {
            owners.remove(key, claimant);
            return Optional.empty();
        }
        all.remove(claimant);
        Claimant first = all.first();
        if (all.size() == 1) {
            contested.remove(key);
        }
        Claimant owner = owners.put(key, first);
        return first.equals(owner) ? Optional.empty() : Optional.of(first.port());
    }

    Optional<ServicePortName> owner(FrontendKey key) {
        return Optional.ofNullable(owners.get(key)).map(Claimant::port);
    }
}
