package dev.swivel.netfilter.commit;

import dev.swivel.core.model.IpFamily;
import dev.swivel.linux.iptables.TableFingerprint;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/// Tells our own commits from those of others. Shared by the families, because nf_tables has one
/// generation for both: a commit of ours to one of them must not look foreign to the other.
public final class TableWatch {
    private final Map<IpFamily, Map<String, TableFingerprint>> expected =
            new EnumMap<>(IpFamily.class);
    private final Set<IpFamily> suspicious = EnumSet.noneOf(IpFamily.class);

    /// Compares what is there, by name of the table, with what we left there.
    public void look(IpFamily family, Map<String, TableFingerprint> seen) {
        Map<String, TableFingerprint> left = expected.get(family);
        if (left != null && !left.equals(seen)) {
            suspicious.addAll(concerned(family, seen));
            note(family, seen);
        }
    }

    /// We have just committed, and looked before. nf_tables counts one generation for each table
    /// that a commit writes: one more, and somebody else wrote in between.
    ///
    /// @param tables how many tables we wrote
    public void committed(IpFamily family, Map<String, TableFingerprint> seen, int tables) {
        OptionalLong before = generation(expected.getOrDefault(family, Map.of()));
        OptionalLong after = generation(seen);
        if (before.isPresent()
                && after.isPresent()
                && after.getAsLong() - before.getAsLong() != tables) {
            suspicious.addAll(concerned(family, seen));
        }
        note(family, seen);
    }

    private static OptionalLong generation(Map<String, TableFingerprint> seen) {
        return seen.values().stream()
                .filter(TableFingerprint.Nft.class::isInstance)
                .mapToLong(each -> ((TableFingerprint.Nft) each).generation())
                .max();
    }

    /// The tables of that family are about to be read for a full sync, which ends with their
    /// holding what they should, or is done again.
    public void trust(IpFamily family, Map<String, TableFingerprint> seen) {
        examine(family, seen);
        acquit(family);
    }

    /// The tables of that family are about to be read for an audit, which may fail: what was
    /// suspicious remains so until [#acquit] or [#trust].
    public void examine(IpFamily family, Map<String, TableFingerprint> seen) {
        look(family, seen);
        note(family, seen);
    }

    /// They were read, and hold what they should.
    public void acquit(IpFamily family) {
        suspicious.remove(family);
    }

    /// Whether somebody else changed a table of that family and we have not read it since.
    public boolean isSuspicious(IpFamily family) {
        return suspicious.contains(family);
    }

    private void note(IpFamily family, Map<String, TableFingerprint> seen) {
        for (IpFamily each : concerned(family, seen)) {
            expected.put(each, Map.copyOf(seen));
        }
    }

    private static Set<IpFamily> concerned(IpFamily family, Map<String, TableFingerprint> seen) {
        boolean shared = seen.values().stream().anyMatch(TableFingerprint.Nft.class::isInstance);
        return shared ? EnumSet.allOf(IpFamily.class) : EnumSet.of(family);
    }
}
