package dev.swivel.linux.ipvs;

/// Checks of numbers before they reach the kernel.
final class Ranges {
    private Ranges() {}

    static void check(String what, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    what + ": " + value + " (expected: " + least + " to " + most + ")");
        }
    }
}
