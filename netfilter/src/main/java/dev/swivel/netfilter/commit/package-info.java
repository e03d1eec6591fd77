/// Brings tables and sets to what they should hold, and notices who else writes to them.
@NullMarked
package dev.swivel.netfilter.commit;

import org.jspecify.annotations.NullMarked;
