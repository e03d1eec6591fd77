/// The seam between the core and the data planes: what a backend is given, and what it answers.
@NullMarked
package dev.swivel.core.backend;

import org.jspecify.annotations.NullMarked;
