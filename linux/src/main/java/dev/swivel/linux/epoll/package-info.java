/// Waiting for many descriptors at once.
@NullMarked
package dev.swivel.linux.epoll;

import org.jspecify.annotations.NullMarked;
