/// Joins Services with their EndpointSlices, settles who owns an address and port, and remembers
/// what changed.
@NullMarked
package dev.swivel.core.track;

import org.jspecify.annotations.NullMarked;
