/// Kubernetes Events that tell operators what Swivel found and did.
@NullMarked
package dev.swivel.core.events;

import org.jspecify.annotations.NullMarked;
