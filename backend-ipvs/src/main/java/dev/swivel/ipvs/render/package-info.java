/// From services to what the kernel's IPVS, sets and rules should hold: values and functions.
@NullMarked
package dev.swivel.ipvs.render;

import org.jspecify.annotations.NullMarked;
