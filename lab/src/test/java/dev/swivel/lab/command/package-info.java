/// `swivel`'s commands, run as an operator runs them.
@NullMarked
package dev.swivel.lab.command;

import org.jspecify.annotations.NullMarked;
