package dev.swivel.userspace.relay;

/// A descriptor that an event loop watches.
interface Watched {
    int number();

    /// On the loop's thread.
    ///
    /// @param events as in [dev.swivel.linux.epoll.Epoll]
    void ready(int events);
}
