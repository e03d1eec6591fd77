/// The kernel's table of connections, by ctnetlink (linux/netfilter/nfnetlink_conntrack.h): find
/// the flows to an address and delete them, so that packets of a flow whose endpoint is gone are
/// balanced anew.
@NullMarked
package dev.swivel.linux.conntrack;

import org.jspecify.annotations.NullMarked;
