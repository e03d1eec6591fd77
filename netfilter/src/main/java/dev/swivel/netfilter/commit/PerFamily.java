package dev.swivel.netfilter.commit;

import static java.util.Objects.requireNonNull;

import dev.swivel.core.backend.ApplyReport;
import dev.swivel.core.backend.BackendException;
import dev.swivel.core.backend.Drift;
import dev.swivel.core.model.Change;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.ProxyState;
import dev.swivel.linux.iptables.Flavour;
import dev.swivel.linux.iptables.FlavourDetector;
import dev.swivel.linux.iptables.Iptables;
import java.io.IOException;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Leads to the part of a backend that serves a state's IP family. Of one thread.
///
/// A family that this machine cannot serve (no program, no nat table) does not keep the other from
/// being served (spec 1.4); it is tried again, and served once that works.
public final class PerFamily {
    private static final Logger LOG = LoggerFactory.getLogger(PerFamily.class);

    private final String backend;
    private final Map<IpFamily, Iptables> programs = new EnumMap<>(IpFamily.class);
    private final Map<IpFamily, FamilyWriter> writers = new EnumMap<>(IpFamily.class);
    private final Map<IpFamily, Absence> absences = new EnumMap<>(IpFamily.class);
    private @Nullable BiFunction<IpFamily, Iptables, FamilyWriter> opener;

    /// @param backend for messages, as in `iptables`
    public PerFamily(String backend) {
        this.backend = backend;
    }

    /// Opens the iptables programs, of the flavour that this machine uses (which is logged).
    ///
    /// @throws IOException when no family can be served
    public void open(Collection<IpFamily> families) throws IOException {
        var detected = FlavourDetector.detect();
        Flavour flavour = detected.flavour();
        LOG.info("iptables flavour {}: {}", flavour.label(), detected.reason());
        IOException first = null;
        for (IpFamily family : families.stream().sorted().toList()) {
            try {
                programs.put(family, Families.program(family, flavour));
            } catch (IOException e) {
                first = first == null ? e : first;
                Absence.Trial trial = () -> serve(family, Families.program(family, flavour));
                absences.put(family, new Absence(trial, e, System.nanoTime()));
            }
        }
        if (programs.isEmpty() && first != null) {
            throw first;
        }
    }

    /// @param opener called once for each family whose programs work, now or later
    public void serve(BiFunction<IpFamily, Iptables, FamilyWriter> opener) {
        this.opener = opener;
        programs.forEach(this::serve);
    }

    private void serve(IpFamily family, Iptables iptables) {
        writers.put(family, requireNonNull(opener).apply(family, iptables));
    }

    public ApplyReport apply(ProxyState next, Change change) throws BackendException {
        Absence absence = absences.get(next.family());
        return absence == null
                ? writer(next.family()).apply(next, change)
                : ApplyReport.unserved(absence.reason());
    }

    public Drift audit(ProxyState state) throws BackendException {
        Absence absence = absences.get(state.family());
        if (absence == null) {
            return writer(state.family()).audit();
        }
        if (!absence.isOver(System.nanoTime())) {
            return Drift.NONE;
        }
        absences.remove(state.family());
        return Absence.OVER;
    }

    /// Serves no family any longer.
    public void clear() {
        programs.clear();
        writers.values().forEach(FamilyWriter::close);
        writers.clear();
        absences.clear();
    }

    private FamilyWriter writer(IpFamily family) throws BackendException {
        FamilyWriter writer = writers.get(family);
        if (writer == null) {
            throw new BackendException(
                    "the %s backend was not started for %s".formatted(backend, family.label()));
        }
        return writer;
    }
}
