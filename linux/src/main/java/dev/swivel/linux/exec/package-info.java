/// Runs the kernel's command line tools where there is no better way in, with streamed input,
/// captured output, a time limit, and errors that can be acted on.
@NullMarked
package dev.swivel.linux.exec;

import org.jspecify.annotations.NullMarked;
