/// Which endpoint is next: small algorithms over weights, connections and latencies that they are
/// shown. They know neither sockets nor time.
@NullMarked
package dev.swivel.userspace.balance;

import org.jspecify.annotations.NullMarked;
