/// Whether a machine can run a backend that writes rules and sets.
@NullMarked
package dev.swivel.netfilter.check;

import org.jspecify.annotations.NullMarked;
