package dev.swivel.iptables.render;

import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;

/// A set of endpoints of one IP family as numbers in one array: a hash table with linear probing,
/// one word for each in IPv4 and three in IPv6. There is an element for each endpoint of the
/// cluster, and as an object in a map it takes ten times the room.
final class HairpinSet {
    private static final int SMALLEST = 16;
    private static final int WORDS_V6 = 3;

    private final int words;
    private long[] table;
    private int size;

    HairpinSet(IpFamily family) {
        words = family == IpFamily.IPV4 ? 1 : WORDS_V6;
        table = new long[SMALLEST * words];
    }

    /// @return whether it was not there
    boolean add(Element.Hairpin hairpin) {
        long[] key = key(hairpin);
        int slot = find(key);
        if (isTaken(slot)) {
            return false;
        }
        put(slot, key);
        size++;
        if (size > slots() / 5 * 4) {
            grow();
        }
        return true;
    }

    void remove(Element.Hairpin hairpin) {
        int slot = find(key(hairpin));
        if (isTaken(slot)) {
            size--;
            close(slot);
        }
    }

    /// The protocol's number is not 0, so neither is the last word; an IPv4 address fits in before.
    private long[] key(Element.Hairpin hairpin) {
        IpAddress address = hairpin.address();
        long service = (long) hairpin.protocol().number() << Short.SIZE | hairpin.port();
        return words == 1
                ? new long[] {service << Integer.SIZE | address.low()}
                : new long[] {address.high(), address.low(), service};
    }

    /// Where the key is, or else belongs.
    private int find(long[] key) {
        int slot = home(key, 0);
        while (isTaken(slot) && !holds(slot, key)) {
            slot = next(slot);
        }
        return slot;
    }

    /// Moves up what a gap would hide from [#find].
    private void close(int gap) {
        int open = gap;
        for (int slot = next(gap); isTaken(slot); slot = next(slot)) {
            int home = home(table, slot * words);
            boolean reachable =
                    open <= slot ? open < home && home <= slot : open < home || home <= slot;
            if (!reachable) {
                System.arraycopy(table, slot * words, table, open * words, words);
                open = slot;
            }
        }
        table[open * words + words - 1] = 0;
    }

    private void grow() {
        long[] old = table;
        table = new long[old.length * 2];
        long[] key = new long[words];
        for (int from = 0; from < old.length; from += words) {
            if (old[from + words - 1] != 0) {
                System.arraycopy(old, from, key, 0, words);
                put(find(key), key);
            }
        }
    }

    private int slots() {
        return table.length / words;
    }

    private int next(int slot) {
        return slot + 1 & slots() - 1;
    }

    private int home(long[] from, int offset) {
        long hash = 0;
        for (int i = 0; i < words; i++) {
            hash = (hash ^ from[offset + i]) * 0x9e3779b97f4a7c15L;
        }
        return (int) (hash >>> Integer.SIZE) & slots() - 1;
    }

    private boolean isTaken(int slot) {
        return table[slot * words + words - 1] != 0;
    }

    private boolean holds(int slot, long[] key) {
        for (int i = 0; i < words; i++) {
            if (table[slot * words + i] != key[i]) {
                return false;
            }
        }
        return true;
    }

    private void put(int slot, long[] key) {
        System.arraycopy(key, 0, table, slot * words, words);
    }
}
