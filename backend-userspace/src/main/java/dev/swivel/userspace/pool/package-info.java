/// The endpoints of a Service port while they serve: who is chosen, who is set aside, and what went
/// through each.
@NullMarked
package dev.swivel.userspace.pool;

import org.jspecify.annotations.NullMarked;
