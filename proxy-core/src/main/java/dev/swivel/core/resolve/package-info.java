/// Pure functions: a Service, its slices and this node in; what this node must serve out (spec 2).
@NullMarked
package dev.swivel.core.resolve;

import org.jspecify.annotations.NullMarked;
