/// Benchmarks of a mode at the seam: from `apply` to the kernel's last acknowledgement, several
/// sizes beside each other.
@NullMarked
package dev.swivel.lab.bench.seam;

import org.jspecify.annotations.NullMarked;
