package dev.swivel.iptables.render;

import dev.swivel.netfilter.rule.Chain;
import dev.swivel.netfilter.rule.ChainName;
import dev.swivel.netfilter.rule.SetName;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What must change in the kernel. Chains are of the nat table: the filter table does not depend on
/// services.
///
/// @param written chains that are new or hold other rules, with all their rules
/// @param affinityWritten affinity sets that are new or have another timeout, in seconds
public record Delta(
        List<Chain> written,
        Set<ChainName> removed,
        Set<Element> elementsAdded,
        Set<Element> elementsRemoved,
        Map<SetName, Integer> affinityWritten,
        Set<SetName> affinityRemoved) {

    public boolean touchesChains() {
        return !written.isEmpty() || !removed.isEmpty();
    }
}
