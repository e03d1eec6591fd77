/// IP Virtual Server over generic netlink (linux/ip_vs.h): virtual servers, their real servers,
/// timeouts, counters. Many changes go to the kernel in few system calls.
@NullMarked
package dev.swivel.linux.ipvs;

import org.jspecify.annotations.NullMarked;
