@NullMarked
package dev.swivel.lab;

import org.jspecify.annotations.NullMarked;
