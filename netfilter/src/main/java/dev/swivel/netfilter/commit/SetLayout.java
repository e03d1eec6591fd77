package dev.swivel.netfilter.commit;

import dev.swivel.linux.ipset.SetSpec;
import java.util.List;
import java.util.function.Predicate;

/// The sets of a backend in one IP family.
///
/// @param fixed those that always are there
/// @param spare a name for a set that is being made anew; no other set has it
/// @param passing whether a name is that of a set that comes and goes with services
public record SetLayout(List<SetSpec> fixed, String spare, Predicate<String> passing) {
    public SetLayout {
        fixed = List.copyOf(fixed);
    }
}
