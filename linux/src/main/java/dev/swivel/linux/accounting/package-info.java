/// Packet counters by name over nfnetlink (linux/netfilter/nfnetlink_acct.h), which rules count up
/// with the match `nfacct`.
@NullMarked
package dev.swivel.linux.accounting;

import org.jspecify.annotations.NullMarked;
