/// What the backends that write iptables rules and ipsets have in common.
@NullMarked
package dev.swivel.netfilter;

import org.jspecify.annotations.NullMarked;
