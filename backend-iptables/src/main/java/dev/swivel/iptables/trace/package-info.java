/// Walks a packet through rendered rules, with no kernel: what would happen to it, and why not
/// something else.
@NullMarked
package dev.swivel.iptables.trace;

import org.jspecify.annotations.NullMarked;
