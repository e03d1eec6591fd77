/// From services to what the kernel holds so that their traffic comes here: a constant number of
/// rules, and elements of sets. Pure.
@NullMarked
package dev.swivel.userspace.render;

import org.jspecify.annotations.NullMarked;
