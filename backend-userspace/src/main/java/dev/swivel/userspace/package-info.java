/// The userspace backend. Not built yet: selecting it ends with a message that says so.
@NullMarked
package dev.swivel.userspace;

import org.jspecify.annotations.NullMarked;
