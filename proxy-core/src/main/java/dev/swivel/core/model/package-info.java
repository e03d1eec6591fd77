/// The vocabulary: immutable values for what the cluster says and what a node must serve. No I/O.
@NullMarked
package dev.swivel.core.model;

import org.jspecify.annotations.NullMarked;
