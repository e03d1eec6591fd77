package dev.swivel.userspace.balance;

/// Two are drawn by weight; the one with the smaller product of latency and connections is taken.
/// What has no latency yet counts as the other one's equal, so that it is tried.
record PowerOfTwo(Weights weights) implements Balancer {
    @Override
    public int pick(Candidates candidates, long flow) {
        if (weights.size() == 0) {
            return -1;
        }
        int first = drawUsable(candidates, -1);
        if (first < 0) {
            return Balancer.firstUsable(candidates, weights, weights.draw());
        }
        int second = drawUsable(candidates, first);
        return second >= 0 && cost(candidates, second, first) < cost(candidates, first, second)
                ? second
                : first;
    }

    private int drawUsable(Candidates candidates, int other) {
        for (int draw = 0; draw < DRAWS; draw++) {
            int index = weights.draw();
            if (index != other && candidates.usable(index)) {
                return index;
            }
        }
        return -1;
    }

    private static double cost(Candidates candidates, int index, int other) {
        long own = candidates.latency(index);
        long latency = own > 0 ? own : candidates.latency(other);
        return Math.max(1, latency) * (candidates.connections(index) + 1.0);
    }
}
