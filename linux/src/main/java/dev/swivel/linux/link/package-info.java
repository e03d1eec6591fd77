/// Network interfaces and their addresses, by rtnetlink: what there is, changes, and word of them.
@NullMarked
package dev.swivel.linux.link;

import org.jspecify.annotations.NullMarked;
