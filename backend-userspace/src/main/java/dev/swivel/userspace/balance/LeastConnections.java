package dev.swivel.userspace.balance;

import java.util.concurrent.ThreadLocalRandom;

/// The one with the fewest connections for its weight. Looks at all of them: some microseconds for
/// a thousand.
///
/// To each number of connections a fraction is added that is drawn anew, so among equals it is any
/// of them, as likely as its weight says: the smallest of `X / w`, with X drawn from one
/// exponential distribution, is that of an endpoint with probability proportional to its w. Nearly
/// so here, where X must stay below one connection.
record LeastConnections(Weights weights) implements Balancer {
    private static final double MEAN_FRACTION = 1 / 3.0;
    private static final double LARGEST_FRACTION = 1 - 1e-9;

    @Override
    public int pick(Candidates candidates, long flow) {
        int size = weights.size();
        if (size == 0) {
            return -1;
        }
        ThreadLocalRandom random = ThreadLocalRandom.current();
        double least = Double.MAX_VALUE;
        int best = -1;
        for (int index = 0; index < size; index++) {
            int weight = weights.of(index);
            if (weight > 0 && candidates.usable(index)) {
                int connections = candidates.connections(index);
                if ((double) connections / weight >= least) {
                    continue; // whatever is drawn, which is most of the cost
                }
                double fraction =
                        Math.min(LARGEST_FRACTION, random.nextExponential() * MEAN_FRACTION);
                double load = (connections + fraction) / weight;
                if (load < least) {
                    least = load;
                    best = index;
                }
            }
        }
        return best >= 0 ? best : Balancer.firstUsable(candidates, weights, random.nextInt(size));
    }
}
