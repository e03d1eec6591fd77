/// Misbehaviour that tests switch on.
@NullMarked
package dev.swivel.lab.api.fault;

import org.jspecify.annotations.NullMarked;
