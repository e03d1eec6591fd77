package dev.swivel.netfilter.rule;

/// The name of an ipset: at most 31 characters (linux/netfilter/ipset/ip_set.h, IPSET_MAXNAMELEN).
public record SetName(String text) implements Comparable<SetName> {
    private static final int LONGEST = 31;

    public SetName {
        if (!isName(text)) {
            throw new IllegalArgumentException("not a set name of 1 to 31 characters: " + text);
        }
    }

    private static boolean isName(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean plain = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!plain && (c != '-' || i == 0)) {
                return false;
            }
        }
        return !text.isEmpty() && text.length() <= LONGEST;
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
