package dev.swivel.userspace.balance;

/// Chooses among the endpoints of one set. Made for a list of weights and replaced with it; called
/// from several event loops at once.
@FunctionalInterface
public interface Balancer {
    /// How often an algorithm that draws asks again before it takes the next usable one in order.
    int DRAWS = 8;

    /// @param flow a well mixed hash of the flow; only consistent hashing reads it
    /// @return index of a usable candidate, or -1 when none is usable
    int pick(Candidates candidates, long flow);

    /// The first usable candidate from `start` on, around the end; one that has weight 0 only when
    /// all others are out of use; -1 when none is usable.
    static int firstUsable(Candidates candidates, Weights weights, int start) {
        int size = candidates.size();
        int last = -1;
        for (int i = 0; i < size; i++) {
            int index = start + i < size ? start + i : start + i - size;
            if (candidates.usable(index)) {
                if (weights.of(index) > 0) {
                    return index;
                }
                last = last < 0 ? index : last;
            }
        }
        return last;
    }
}
