/// Talks netlink to the kernel (RFC 3549, netlink(7)): a message builder and reader, and a socket
/// that batches requests, matches answers by sequence number, retries interrupted dumps, and turns
/// the kernel's extended acknowledgements into exceptions.
@NullMarked
package dev.swivel.linux.netlink;

import org.jspecify.annotations.NullMarked;
