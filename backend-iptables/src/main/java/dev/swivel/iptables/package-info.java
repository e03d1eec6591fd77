/// Services as nat chains of iptables, and ipsets.
@NullMarked
package dev.swivel.iptables;

import org.jspecify.annotations.NullMarked;
