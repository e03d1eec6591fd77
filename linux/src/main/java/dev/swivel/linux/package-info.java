@NullMarked
package dev.swivel.linux;

import org.jspecify.annotations.NullMarked;
