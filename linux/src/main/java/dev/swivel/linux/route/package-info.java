/// Routes of the network namespace, by rtnetlink.
@NullMarked
package dev.swivel.linux.route;

import org.jspecify.annotations.NullMarked;
