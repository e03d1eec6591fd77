package dev.swivel.netfilter.commit;

import dev.swivel.core.model.IpFamily;
import dev.swivel.linux.exec.CommandException;
import dev.swivel.linux.iptables.Flavour;
import dev.swivel.linux.iptables.Iptables;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The iptables programs of this machine.
public final class Installed {
    private Installed() {}

    /// What is done with one of them.
    @FunctionalInterface
    public interface Work {
        void with(Iptables iptables) throws IOException;
    }

    /// Does that with each of those of both families. One that does not work keeps none of the
    /// others from it.
    ///
    /// @throws IOException after the last of them, and says all that failed
    public static void each(Work work) throws IOException {
        List<Steps.Step> steps = new ArrayList<>();
        for (IpFamily family : IpFamily.values()) {
            steps.add(() -> each(family, work));
        }
        Steps.takeAll(steps);
    }

    /// Likewise, of one family.
    public static void each(IpFamily family, Work work) throws IOException {
        List<Steps.Step> steps = new ArrayList<>();
        for (Flavour flavour : Flavour.values()) {
            steps.add(() -> {
                Optional<Iptables> iptables = find(family, flavour);
                if (iptables.isPresent()) {
                    work.with(iptables.get());
                }
            });
        }
        Steps.takeAll(steps);
    }

    /// Those of both families.
    ///
    /// @throws CommandException if one is there and does not work
    public static List<Iptables> all() throws CommandException {
        List<Iptables> found = new ArrayList<>();
        for (IpFamily family : IpFamily.values()) {
            found.addAll(of(family));
        }
        return found;
    }

    /// The flavours that there are of a family's.
    ///
    /// @throws CommandException if one is there and does not work
    public static List<Iptables> of(IpFamily family) throws CommandException {
        List<Iptables> found = new ArrayList<>();
        for (Flavour flavour : Flavour.values()) {
            find(family, flavour).ifPresent(found::add);
        }
        return found;
    }

    private static Optional<Iptables> find(IpFamily family, Flavour flavour)
            throws CommandException {
        try {
            return Optional.of(Iptables.open(Families.linux(family), flavour));
        } catch (CommandException e) {
            if (e.exitCode() != CommandException.NOT_FOUND) {
                throw e;
            }
            return Optional.empty();
        }
    }
}
