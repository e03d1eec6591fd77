/// Moves bytes: accepts what the capture rules send here, connects to an endpoint and passes on.
@NullMarked
package dev.swivel.userspace.relay;

import org.jspecify.annotations.NullMarked;
