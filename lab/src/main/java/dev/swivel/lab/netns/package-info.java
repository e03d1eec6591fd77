/// Stand-in for the namespace binding of the `linux` module, until that has landed.
@NullMarked
package dev.swivel.lab.netns;

import org.jspecify.annotations.NullMarked;
