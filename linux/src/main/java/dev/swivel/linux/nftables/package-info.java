/// Tables of nf_tables, by netlink: find one, delete one.
@NullMarked
package dev.swivel.linux.nftables;

import org.jspecify.annotations.NullMarked;
