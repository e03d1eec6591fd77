/// The few C library functions this module calls, each as one Java method that throws
/// [ErrnoException] in place of returning -1.
@NullMarked
package dev.swivel.linux.libc;

import org.jspecify.annotations.NullMarked;
