/// What this process may do.
@NullMarked
package dev.swivel.linux.process;

import org.jspecify.annotations.NullMarked;
