package dev.swivel.userspace.balance;

import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/// The weights of the endpoints of one set, and the way from a point on their sum to an endpoint.
/// When all are 0, all count as 1.
public final class Weights {
    /// The largest weight: far apart enough for any purpose, and sums stay in an int.
    public static final int MAX = 1000;

    private final int[] weights;

    /// `ends[i]` is the sum of the weights up to and with i.
    private final int[] ends;

    public Weights(int[] weights) {
        this.weights = weights.clone();
        if (Arrays.stream(weights).allMatch(w -> w == 0)) {
            Arrays.fill(this.weights, 1);
        }
        ends = this.weights.clone();
        Arrays.parallelPrefix(ends, Integer::sum);
    }

    public static Weights equal(int size) {
        return new Weights(new int[size]);
    }

    public int size() {
        return weights.length;
    }

    /// 0 to [#MAX]; an endpoint with weight 0 gets nothing while others can serve.
    public int of(int index) {
        return weights[index];
    }

    /// Sum of the weights.
    public int total() {
        return ends.length == 0 ? 0 : ends[ends.length - 1];
    }

    public int max() {
        return Arrays.stream(weights).max().orElse(0);
    }

    /// The endpoint whose share of the sum holds that point.
    ///
    /// @param point from 0 to below [#total]
    public int at(int point) {
        int low = 0;
        int high = ends.length - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (ends[middle] > point) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /// One drawn by weight.
    int draw() {
        return at(ThreadLocalRandom.current().nextInt(total()));
    }
}
