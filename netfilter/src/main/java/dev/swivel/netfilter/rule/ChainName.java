package dev.swivel.netfilter.rule;

/// The name of a chain: at most 28 characters (linux/netfilter/x_tables.h, XT_FUNCTION_MAXNAMELEN,
/// less what iptables reserves).
public record ChainName(String text) implements Comparable<ChainName> {
    private static final int LONGEST = 28;

    public ChainName {
        if (!isName(text)) {
            throw new IllegalArgumentException("not a chain name of 1 to 28 characters: " + text);
        }
    }

    private static boolean isName(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean plain =
                    (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
            if (!plain && (c != '-' || i == 0)) {
                return false;
            }
        }
        return !text.isEmpty() && text.length() <= LONGEST;
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
