/// Whether the proxy keeps up, told over HTTP: /healthz, /livez, and a port for each Service that
/// asks for one (spec 9).
@NullMarked
package dev.swivel.core.health;

import org.jspecify.annotations.NullMarked;
