/// From differences to the kernel: what it holds, what it should hold, and the fewest system calls
/// between the two.
@NullMarked
package dev.swivel.iptables.commit;

import org.jspecify.annotations.NullMarked;
