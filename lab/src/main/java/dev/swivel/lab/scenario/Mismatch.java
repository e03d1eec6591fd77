package dev.swivel.lab.scenario;

/// Something that went another way than its scenario says.
///
/// @param step counted from 1
/// @param what the packet or the object that it is about
/// @param found what happened instead of what is expected, for people
public record Mismatch(int step, String what, String found) {
    @Override
    public String toString() {
        return "step %d: %s: %s".formatted(step, what, found);
    }
}
