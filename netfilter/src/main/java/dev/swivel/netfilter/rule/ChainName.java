package dev.swivel.netfilter.rule;

import java.util.regex.Pattern;

/// The name of a chain: at most 28 characters (linux/netfilter/x_tables.h, XT_FUNCTION_MAXNAMELEN,
/// less what iptables reserves).
public record ChainName(String text) implements Comparable<ChainName> {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9-]{0,27}");

    public ChainName {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("not a chain name of 1 to 28 characters: " + text);
        }
    }

    @Override
    public int compareTo(ChainName other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
