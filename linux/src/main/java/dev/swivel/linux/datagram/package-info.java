/// UDP many datagrams at a time: recvmmsg(2) and sendmmsg(2).
@NullMarked
package dev.swivel.linux.datagram;

import org.jspecify.annotations.NullMarked;
