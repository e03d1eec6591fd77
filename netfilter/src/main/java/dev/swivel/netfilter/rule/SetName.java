package dev.swivel.netfilter.rule;

import java.util.regex.Pattern;

/// The name of an ipset: at most 31 characters (linux/netfilter/ipset/ip_set.h, IPSET_MAXNAMELEN).
public record SetName(String text) implements Comparable<SetName> {
    private static final Pattern FORM = Pattern.compile("[A-Z0-9][A-Z0-9-]{0,30}");

    public SetName {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("not a set name of 1 to 31 characters: " + text);
        }
    }

    @Override
    public int compareTo(SetName other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
