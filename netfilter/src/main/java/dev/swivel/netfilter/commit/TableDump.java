package dev.swivel.netfilter.commit;

import dev.swivel.netfilter.rule.ChainName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// A table as `iptables-save` printed it.
public final class TableDump {
    private static final Pattern COMMENT =
            Pattern.compile(" -m comment --comment (?:\"(?:[^\"\\\\]|\\\\.)*\"|\\S+)");

    private final Map<String, List<String>> chains = new HashMap<>();

    private TableDump() {}

    public static TableDump parse(String saved) {
        TableDump dump = new TableDump();
        saved.lines().forEach(dump::add);
        return dump;
    }

    private void add(String line) {
        if (line.startsWith(":")) {
            chains.put(line.substring(1, line.indexOf(' ')), new ArrayList<>());
        } else if (line.startsWith("-A ")) {
            chains.computeIfAbsent(chainOf(line), _ -> new ArrayList<>()).add(line);
        }
    }

    /// The chain that a saved rule is in.
    static String chainOf(String rule) {
        int end = rule.indexOf(' ', 3);
        return rule.substring(3, end < 0 ? rule.length() : end);
    }

    public boolean has(ChainName chain) {
        return chains.containsKey(chain.text());
    }

    /// The names of all chains; other software's may be no [ChainName].
    public Iterable<String> names() {
        return chains.keySet();
    }

    /// The rules of a chain as saved; none if there is no such chain.
    public List<String> rules(String chain) {
        return chains.getOrDefault(chain, List.of());
    }

    /// A saved rule without its comment.
    public static String bare(String rule) {
        return rule.contains(" --comment ") ? COMMENT.matcher(rule).replaceAll("") : rule;
    }
}
