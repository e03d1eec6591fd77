package dev.swivel.userspace.balance;

/// Spreads the bits of a number over all of a long (the finaliser of SplittableRandom).
public final class Mix {
    private Mix() {}

    public static long of(long value) {
        long z = value + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
