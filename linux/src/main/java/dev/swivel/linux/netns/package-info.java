/// Network namespaces: make one, open one, and run code whose sockets and processes belong to it.
///
/// What follows the thread: sockets, started processes, `/proc/sys/net`, `/proc/thread-self/net`.
/// What does not: `/proc/net`, which always shows the namespace of the process's main thread, and
/// `/sys`, which shows the one it was mounted in.
@NullMarked
package dev.swivel.linux.netns;

import org.jspecify.annotations.NullMarked;
