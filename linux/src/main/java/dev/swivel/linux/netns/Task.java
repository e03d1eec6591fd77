package dev.swivel.linux.netns;

/// Work to do inside a namespace.
///
/// @param <T> what it gives
/// @param <X> what it may throw; the caller of the namespace gets that very exception
@FunctionalInterface
public interface Task<T, X extends Exception> {
    T call() throws X;
}
