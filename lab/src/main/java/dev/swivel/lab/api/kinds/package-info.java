/// What the API does to objects of each kind: defaults, allocation, validation.
@NullMarked
package dev.swivel.lab.api.kinds;

import org.jspecify.annotations.NullMarked;
