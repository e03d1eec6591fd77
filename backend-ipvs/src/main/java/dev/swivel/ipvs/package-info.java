/// The IPVS backend. Not built yet: selecting it ends with a message that says so.
@NullMarked
package dev.swivel.ipvs;

import org.jspecify.annotations.NullMarked;
