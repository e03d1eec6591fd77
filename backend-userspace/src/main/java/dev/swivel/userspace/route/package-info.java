/// From a connection that arrived to the pool of endpoints that serves it: what the capture side
/// knows and the relays ask for.
@NullMarked
package dev.swivel.userspace.route;

import org.jspecify.annotations.NullMarked;
