/// Plays scenarios without a kernel: packets walk through the rules that a backend would write.
@NullMarked
package dev.swivel.lab.scenario.traced;

import org.jspecify.annotations.NullMarked;
