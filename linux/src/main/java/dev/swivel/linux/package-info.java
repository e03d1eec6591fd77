/// Bindings to the Linux kernel and its tools, as plain Java over the Foreign Function & Memory
/// API. Each package is one kernel facility; none knows Kubernetes. Addresses are [InetAddress]
/// values, ports and protocol numbers are ints (protocols as in IANA's registry: 6 TCP, 17 UDP, 132
/// SCTP).
///
/// Everything that opens a socket or starts a process does so in the network namespace of the
/// calling thread.
@NullMarked
package dev.swivel.linux;

import org.jspecify.annotations.NullMarked;
