/// Plays scenarios with real packets: a lab cluster, one Swivel process per node, an embedded API.
@NullMarked
package dev.swivel.lab.scenario.sent;

import org.jspecify.annotations.NullMarked;
