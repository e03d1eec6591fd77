/// The bindings to parts of the kernel that the host's may lack. Classes whose names end in
/// `Checks` run in user-mode Linux, started by a test.
@NullMarked
package dev.swivel.lab.kernel;

import org.jspecify.annotations.NullMarked;
