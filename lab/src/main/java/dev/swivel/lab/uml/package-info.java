/// A kernel of our own to run programs in, for what the host's kernel may lack (IPVS, dummy
/// interfaces, SCTP): Debian's user-mode-linux on the host's file system, of which it sees all and
/// changes nothing but one shared folder.
///
/// What to know about its kernel (Linux 6.1):
///
/// - It has all IPVS schedulers, ipset types, bridges, VXLAN, veth, conntrack, and iptables-legacy
///   for both families. `nft` and `iptables-nft` do not work: nf_tables comes without the families
///   `ip`, `ip6` and `inet`.
/// - It has one processor. Computing takes two to three times as long as outside, starting a
///   process about 100 ms in place of 3, a Java virtual machine 1.4 s. A netlink request takes
///   about 0.1 ms, as outside.
/// - It boots in 3 to 4 s and needs no privilege but reading the files that the guest reads; the
///   host must allow ptrace.
/// - Modules other than `ip_vs` and `br_netfilter` load when they are asked for.
@NullMarked
package dev.swivel.lab.uml;

import org.jspecify.annotations.NullMarked;
