/// What sends and what answers in the lab: servers that say who they are, probes that say what
/// became of a request, and load that runs while something changes.
///
/// A socket belongs to the network namespace of the thread that opened it, for ever. So only the
/// opening runs on a thread inside the namespace; everything after it runs on virtual threads.
@NullMarked
package dev.swivel.lab.traffic;

import org.jspecify.annotations.NullMarked;
