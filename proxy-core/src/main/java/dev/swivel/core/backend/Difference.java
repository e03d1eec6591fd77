package dev.swivel.core.backend;

import java.util.List;

/// One way in which the kernel is not as a state wants it.
///
/// @param where as in [KernelObject]
/// @param name of the object that a sync would add, change or remove
/// @param removed lines of the object that would go
/// @param added lines of the object that would come
public record Difference(
        Action action, String where, String name, List<String> removed, List<String> added) {
    /// What a sync would do with the object.
    public enum Action {
        ADD,
        CHANGE,
        REMOVE
    }

    public Difference {
        removed = List.copyOf(removed);
        added = List.copyOf(added);
    }

    public static Difference add(String where, String name, List<String> lines) {
        return new Difference(Action.ADD, where, name, List.of(), lines);
    }

    public static Difference remove(String where, String name, List<String> lines) {
        return new Difference(Action.REMOVE, where, name, lines, List.of());
    }
}
