/// What the metrics address serves beside the metrics: configuration, flags, state, and the debug
/// pages.
@NullMarked
package dev.swivel.daemon.pages;

import org.jspecify.annotations.NullMarked;
