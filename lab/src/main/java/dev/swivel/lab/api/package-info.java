/// The embedded Kubernetes API: starting it, talking to it from tests, making it misbehave.
@NullMarked
package dev.swivel.lab.api;

import org.jspecify.annotations.NullMarked;
