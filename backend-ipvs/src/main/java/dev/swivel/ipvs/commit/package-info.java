/// Brings the kernel to what it should hold: virtual servers, addresses, sets and rules, and
/// endpoints that leave when their connections are done.
@NullMarked
package dev.swivel.ipvs.commit;

import org.jspecify.annotations.NullMarked;
