/// The answer to a scrape: Prometheus text with the names that Kubernetes components have.
@NullMarked
package dev.swivel.daemon.scrape;

import org.jspecify.annotations.NullMarked;
