/// Inputs: what the cluster says, from the API or from a directory of manifests, as typed events.
@NullMarked
package dev.swivel.core.watch;

import org.jspecify.annotations.NullMarked;
