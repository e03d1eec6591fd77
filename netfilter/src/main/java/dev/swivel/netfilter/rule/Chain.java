package dev.swivel.netfilter.rule;

import java.util.List;

/// A chain with all its rules.
public record Chain(ChainName name, List<Rule> rules) {
    public Chain {
        rules = List.copyOf(rules);
    }

    /// Whether it does the same as another: comments do not count.
    public boolean sameAs(Chain other) {
        if (!name.equals(other.name) || rules.size() != other.rules.size()) {
            return false;
        }
        for (int i = 0; i < rules.size(); i++) {
            if (!rules.get(i).sameAs(other.rules.get(i))) {
                return false;
            }
        }
        return true;
    }
}
