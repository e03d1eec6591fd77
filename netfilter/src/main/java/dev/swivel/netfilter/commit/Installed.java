package dev.swivel.netfilter.commit;

import dev.swivel.core.model.IpFamily;
import dev.swivel.linux.exec.CommandException;
import dev.swivel.linux.iptables.Flavour;
import dev.swivel.linux.iptables.Iptables;
import java.util.ArrayList;
import java.util.List;

/// The iptables programs of this machine.
public final class Installed {
    private Installed() {}

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
            try {
                found.add(Iptables.open(Families.linux(family), flavour));
            } catch (CommandException e) {
                if (e.exitCode() != CommandException.NOT_FOUND) {
                    throw e;
                }
            }
        }
        return found;
    }
}
