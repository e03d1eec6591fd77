/// iptables and ip6tables, in both flavours (legacy and nft), by way of their save and restore
/// programs: which flavour this node uses, scripts in, tables out, and a cheap check whether
/// somebody changed a table in between.
@NullMarked
package dev.swivel.linux.iptables;

import org.jspecify.annotations.NullMarked;
