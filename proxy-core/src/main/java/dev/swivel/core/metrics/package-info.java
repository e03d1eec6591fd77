/// Metric names: kube-proxy's to the letter (spec 10), and our own under the prefix swivel.
@NullMarked
package dev.swivel.core.metrics;

import org.jspecify.annotations.NullMarked;
