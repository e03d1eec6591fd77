package dev.swivel.userspace.balance;

/// Any, as likely as its weight says.
record RandomChoice(Weights weights) implements Balancer {
    @Override
    public int pick(Candidates candidates, long flow) {
        if (weights.size() == 0) {
            return -1;
        }
        int index = 0;
        for (int draw = 0; draw < DRAWS; draw++) {
            index = weights.draw();
            if (candidates.usable(index)) {
                return index;
            }
        }
        return Balancer.firstUsable(candidates, weights, index);
    }
}
