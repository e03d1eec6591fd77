/// Brings the kernel to what was rendered, and asks it what the relays want to know.
@NullMarked
package dev.swivel.userspace.commit;

import org.jspecify.annotations.NullMarked;
