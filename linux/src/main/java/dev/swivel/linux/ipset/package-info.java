/// ipset over nfnetlink (linux/netfilter/ipset/ip_set.h): make, fill, swap, list and remove sets
/// that iptables rules match against. Many changes go to the kernel in few system calls.
@NullMarked
package dev.swivel.linux.ipset;

import org.jspecify.annotations.NullMarked;
