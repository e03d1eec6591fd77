/// The command line, and the one place that puts the parts together.
@NullMarked
package dev.swivel.daemon;

import org.jspecify.annotations.NullMarked;
