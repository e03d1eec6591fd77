/// Kernel settings under `/proc/sys`.
@NullMarked
package dev.swivel.linux.sysctl;

import org.jspecify.annotations.NullMarked;
