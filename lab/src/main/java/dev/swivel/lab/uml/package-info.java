/// A kernel of our own to run programs in, for what the host's kernel may lack (IPVS, dummy
/// interfaces, SCTP): Debian's user-mode-linux on the host's file system, of which it sees all and
/// changes nothing.
@NullMarked
package dev.swivel.lab.uml;

import org.jspecify.annotations.NullMarked;
