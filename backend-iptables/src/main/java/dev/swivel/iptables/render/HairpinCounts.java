package dev.swivel.iptables.render;

import dev.swivel.core.model.IpFamily;
import java.util.HashMap;
import java.util.Map;

/// By how many services each endpoint is used. Most are used by one: only those that are not take
/// an object.
final class HairpinCounts {
    private final HairpinSet used;
    private final Map<Element.Hairpin, Integer> usedAgain = new HashMap<>();

    HairpinCounts(IpFamily family) {
        used = new HairpinSet(family);
    }

    /// @return whether nobody used it before
    boolean add(Element.Hairpin hairpin) {
        boolean first = used.add(hairpin);
        if (!first) {
            usedAgain.merge(hairpin, 1, Integer::sum);
        }
        return first;
    }

    /// @return whether nobody uses it now
    boolean remove(Element.Hairpin hairpin) {
        if (usedAgain.containsKey(hairpin)) {
            usedAgain.computeIfPresent(hairpin, (_, times) -> times == 1 ? null : times - 1);
            return false;
        }
        used.remove(hairpin);
        return true;
    }
}
