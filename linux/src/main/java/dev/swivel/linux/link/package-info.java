/// Network interfaces and their addresses, by rtnetlink: what there is, and word of changes.
@NullMarked
package dev.swivel.linux.link;

import org.jspecify.annotations.NullMarked;
