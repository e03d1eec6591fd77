/// A directory of manifests as a source: for nodes without a cluster, tests and demos.
@NullMarked
package dev.swivel.core.watch.manifests;

import org.jspecify.annotations.NullMarked;
