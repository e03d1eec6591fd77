/// The one thread that turns events into states and hands them to the backend, at the right pace.
@NullMarked
package dev.swivel.core.sync;

import org.jspecify.annotations.NullMarked;
