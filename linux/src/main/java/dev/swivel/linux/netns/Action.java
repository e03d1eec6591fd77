package dev.swivel.linux.netns;

/// Work to do inside a namespace that gives nothing back.
///
/// @param <X> what it may throw; the caller of the namespace gets that very exception
@FunctionalInterface
public interface Action<X extends Exception> {
    void run() throws X;
}
