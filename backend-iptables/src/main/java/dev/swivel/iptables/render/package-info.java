/// From what the node must serve to chains and sets: pure functions of the state.
@NullMarked
package dev.swivel.iptables.render;

import org.jspecify.annotations.NullMarked;
