package dev.swivel.netfilter.commit;

import dev.swivel.linux.iptables.Iptables;
import dev.swivel.linux.iptables.TableFingerprint;
import dev.swivel.netfilter.rule.ChainName;
import dev.swivel.netfilter.rule.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// A table as `iptables-save` printed it.
public final class TableDump {
    private static final Pattern COMMENT =
            Pattern.compile(" -m comment --comment (?:\"(?:[^\"\\\\]|\\\\.)*\"|\\S+)");

    /// Rules are compared as text, and this space is a slip that a later version may mend
    /// (iptables/extensions/libxt_nfacct.c).
    private static final String COUNTER_AS_SAVED = "--nfacct-name  ";

    private static final String COUNTER = "--nfacct-name ";

    private final Map<String, List<String>> chains = new HashMap<>();

    private TableDump() {}

    public static TableDump parse(String saved) {
        TableDump dump = new TableDump();
        saved.replace(COUNTER_AS_SAVED, COUNTER).lines().forEach(dump::add);
        return dump;
    }

    /// A table as the kernel has it; empty if it is not there. Asking an absent legacy table for
    /// its rules would create it.
    public static TableDump read(Iptables iptables, Table table) throws IOException {
        boolean absent = iptables.fingerprint(table.text()) instanceof TableFingerprint.Absent;
        return parse(absent ? "" : iptables.save(table.text()));
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

    /// Where a saved rule leads: a chain or a built-in target; empty for a rule without one.
    public static String target(String rule) {
        int at = Math.max(rule.lastIndexOf(" -j "), rule.lastIndexOf(" -g "));
        if (at < 0) {
            return "";
        }
        int end = rule.indexOf(' ', at + 4);
        return rule.substring(at + 4, end < 0 ? rule.length() : end);
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
