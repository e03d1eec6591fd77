package dev.swivel.lab.traffic;

import dev.swivel.linux.netns.NamespaceThread;

/// Where sockets are opened: a thread that lives in a network namespace, and the name people know
/// the machine by. Whoever made the thread closes it.
public record Place(String name, NamespaceThread thread) {}
