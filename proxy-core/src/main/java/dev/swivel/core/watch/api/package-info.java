/// The Kubernetes API as a source: connection, informers, outages.
@NullMarked
package dev.swivel.core.watch.api;

import org.jspecify.annotations.NullMarked;
