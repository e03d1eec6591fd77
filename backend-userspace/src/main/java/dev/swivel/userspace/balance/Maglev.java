package dev.swivel.userspace.balance;

import java.util.Arrays;
import java.util.stream.IntStream;

/// Consistent hashing with Maglev's lookup table (Eisenbud et al., NSDI 2016, section 3.4): when an
/// endpoint leaves, little more than its own flows move.
final class Maglev implements Balancer {
    /// Prime, and the same for every set: another size would move every flow.
    static final int SLOTS = 65537;

    private final Weights weights;
    private final long[] keys;

    /// Made at the first pick, since most sets are replaced before they are used.
    private volatile short[] table = new short[0];

    Maglev(Weights weights, long[] keys) {
        this.weights = weights;
        this.keys = keys.clone();
    }

    @Override
    public int pick(Candidates candidates, long flow) {
        if (weights.size() == 0) {
            return -1;
        }
        short[] slots = table();
        int index = 0;
        long hash = flow;
        for (int draw = 0; draw < DRAWS; draw++) {
            index = Short.toUnsignedInt(slots[(int) Long.remainderUnsigned(hash, SLOTS)]);
            if (candidates.usable(index)) {
                return index;
            }
            hash = Mix.of(hash + draw);
        }
        return Balancer.firstUsable(candidates, weights, index);
    }

    private short[] table() {
        short[] known = table;
        if (known.length > 0) {
            return known;
        }
        synchronized (this) {
            if (table.length == 0) {
                table = populate();
            }
            return table;
        }
    }

    /// Each endpoint has a permutation of the slots, from its key alone; in turns, as often as its
    /// weight says, each takes the first slot of its own that is free.
    private short[] populate() {
        int size = weights.size();
        int max = weights.max();
        // Thousands of weight 0 beside one large weight would make each slot a walk past them all.
        int[] served = IntStream.range(0, size).filter(i -> weights.of(i) > 0).toArray();
        int[] offset = new int[size];
        int[] skip = new int[size];
        int[] next = new int[size];
        int[] credit = new int[size];
        for (int i = 0; i < size; i++) {
            offset[i] = (int) Long.remainderUnsigned(Mix.of(keys[i]), SLOTS);
            skip[i] = 1 + (int) Long.remainderUnsigned(Mix.of(~keys[i]), SLOTS - 1);
        }
        int[] entry = new int[SLOTS];
        Arrays.fill(entry, -1);
        int filled = 0;
        while (filled < SLOTS) {
            for (int k = 0; k < served.length && filled < SLOTS; k++) {
                int i = served[k];
                credit[i] += weights.of(i);
                if (credit[i] < max) {
                    continue;
                }
                credit[i] -= max;
                int slot;
                do {
                    slot = (int) ((offset[i] + (long) next[i]++ * skip[i]) % SLOTS);
                } while (entry[slot] >= 0);
                entry[slot] = i;
                filled++;
            }
        }
        short[] slots = new short[SLOTS];
        for (int i = 0; i < SLOTS; i++) {
            slots[i] = (short) entry[i];
        }
        return slots;
    }
}
