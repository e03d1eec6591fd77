package dev.swivel.userspace.balance;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/// Each in turn. A round has as many picks as the weights have in sum and gives each endpoint
/// exactly its weight; within the round they are spread, not bunched: turn k takes the point `k *
/// stride mod total`, with a stride near the golden section of the total and prime to it.
final class RoundRobin implements Balancer {
    private static final double GOLDEN_SECTION = 0.6180339887498949;

    private final Weights weights;
    private final int stride;
    private final AtomicInteger turn;

    RoundRobin(Weights weights) {
        this.weights = weights;
        this.stride = stride(weights.total());
        // Pools that are rebuilt often must not all begin with the first endpoint.
        this.turn = new AtomicInteger(ThreadLocalRandom.current().nextInt(1 << 16));
    }

    @Override
    public int pick(Candidates candidates, long flow) {
        int total = weights.total();
        if (total == 0) {
            return -1;
        }
        int index = 0;
        for (int draw = 0; draw < DRAWS; draw++) {
            int k = Integer.remainderUnsigned(turn.getAndIncrement(), total);
            index = weights.at((int) ((long) k * stride % total));
            if (candidates.usable(index)) {
                return index;
            }
        }
        return Balancer.firstUsable(candidates, weights, index);
    }

    private static int stride(int total) {
        int stride = Math.max(1, (int) (total * GOLDEN_SECTION));
        while (gcd(stride, total) > 1) {
            stride++;
        }
        return stride;
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
