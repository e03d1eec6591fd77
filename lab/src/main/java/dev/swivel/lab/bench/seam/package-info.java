/// Benchmarks of mode ipvs at the seam: from `apply` to the kernel's last acknowledgement, inside
/// one kernel that has IPVS.
@NullMarked
package dev.swivel.lab.bench.ipvs;

import org.jspecify.annotations.NullMarked;
