package dev.swivel.userspace.balance;

import java.util.concurrent.ThreadLocalRandom;

/// The one with the fewest connections for its weight; among equals any. Looks at all of them: a
/// microsecond for a thousand.
record LeastConnections(Weights weights) implements Balancer {
    @Override
    public int pick(Candidates candidates, long flow) {
        int size = weights.size();
        if (size == 0) {
            return -1;
        }
        // Beginning anywhere makes the choice among equals a fair one.
        int start = ThreadLocalRandom.current().nextInt(size);
        int best = -1;
        for (int i = 0; i < size; i++) {
            int index = start + i < size ? start + i : start + i - size;
            if (weights.of(index) > 0
                    && candidates.usable(index)
                    && (best < 0 || lessLoaded(candidates, index, best))) {
                best = index;
            }
        }
        return best >= 0 ? best : Balancer.firstUsable(candidates, start);
    }

    private boolean lessLoaded(Candidates candidates, int a, int b) {
        long loadA = (candidates.connections(a) + 1L) * weights.of(b);
        long loadB = (candidates.connections(b) + 1L) * weights.of(a);
        return loadA < loadB;
    }
}
