/// What this process may do, and how its threads are scheduled.
@NullMarked
package dev.swivel.linux.process;

import org.jspecify.annotations.NullMarked;
