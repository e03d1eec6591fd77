package dev.swivel.iptables.commit;

import dev.swivel.iptables.render.Names;
import dev.swivel.netfilter.commit.TableDump;
import dev.swivel.netfilter.rule.ChainName;

/// Whether a chain whose name several proxies use is still as this backend writes it.
final class Ownership {
    private Ownership() {}

    /// If KUBE-POSTROUTING is ours, then so are the chains that every proxy writes alike.
    static boolean ofPostrouting(TableDump nat) {
        return usesOurSets(Names.POSTROUTING, nat);
    }

    /// @param generic whether chains that every proxy writes alike are ours
    static boolean inNat(ChainName chain, TableDump nat, boolean generic) {
        if (chain.equals(Names.SERVICES)) {
            // kube-proxy's IPVS mode looks into sets there; we never do
            return nat.rules(chain.text()).stream().noneMatch(r -> r.contains(" --match-set "));
        }
        return chain.equals(Names.NODEPORTS) || (generic && !chain.equals(Names.CANARY));
    }

    /// @param generic whether chains that every proxy writes alike are ours
    static boolean inFilter(ChainName chain, TableDump filter, boolean generic) {
        return chain.equals(Names.FORWARD) ? generic : usesOurSets(chain, filter);
    }

    static boolean usesOurSets(ChainName chain, TableDump dump) {
        return dump.rules(chain.text()).stream()
                .anyMatch(rule ->
                        rule.contains(" --match-set KUBE-IPT-")
                                || rule.contains(" --match-set KUBE-6-IPT-"));
    }
}
