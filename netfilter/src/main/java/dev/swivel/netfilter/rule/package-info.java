/// Rules as values. [RuleText] writes them as iptables does; the tracer walks them.
@NullMarked
package dev.swivel.netfilter.rule;

import org.jspecify.annotations.NullMarked;
