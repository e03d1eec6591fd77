package dev.swivel.netfilter.rule;

import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.netfilter.rule.Match.Side;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Writes rules exactly as `iptables-save` prints them, so that what the kernel holds compares as
/// text.
public final class RuleText {
    private static final int LENGTH = 160;

    /// The texts of chances, which are few and dear: one in 2, one in 3, ...
    private static final AtomicReferenceArray<@Nullable String> CHANCES =
            new AtomicReferenceArray<>(1024);

    private RuleText() {}

    /// `-A CHAIN ...`, without a line end.
    public static String append(ChainName chain, Rule rule) {
        StringBuilder text = new StringBuilder(LENGTH);
        append(chain, rule, text);
        return text.toString();
    }

    /// The same, at the end of a text.
    public static void append(ChainName chain, Rule rule, StringBuilder text) {
        text.append("-A ").append(chain.text());
        body(rule, true, text);
    }

    /// As [#append] without the comment: what two rules are compared by.
    public static String bare(ChainName chain, Rule rule) {
        StringBuilder text = new StringBuilder(LENGTH).append("-A ").append(chain.text());
        body(rule, false, text);
        return text.toString();
    }

    /// `-I CHAIN ...`: at the head of the chain.
    public static String insert(ChainName chain, Rule rule) {
        StringBuilder text = new StringBuilder(LENGTH).append("-I ").append(chain.text());
        body(rule, true, text);
        return text.toString();
    }

    private static void body(Rule rule, boolean withComment, StringBuilder text) {
        for (Match match : rule.matches()) {
            text.append(' ');
            write(match, text);
        }
        if (withComment && !rule.comment().isEmpty()) {
            text.append(" -m comment --comment ").append(quoted(rule.comment()));
        }
        if (!(rule.target() instanceof Target.GoOn)) {
            text.append(" -j ");
            write(rule.target(), text);
        }
    }

    private static void write(Match match, StringBuilder text) {
        switch (match) {
            case Match.Source(var range, var negated) ->
                    text.append(not(negated)).append("-s ").append(cidr(range));
            case Match.Destination(var range, var negated) ->
                    text.append(not(negated)).append("-d ").append(cidr(range));
            case Match.InInterface(var name, var prefix, var negated) ->
                    text.append(not(negated)).append("-i ").append(name).append(prefix ? "+" : "");
            case Match.ProtocolIs(var protocol) -> text.append("-p ").append(protocol.lower());
            case Match.DestinationPorts(var protocol, var low, var high) -> {
                text.append("-m ").append(protocol.lower()).append(" --dport ").append(low);
                if (high != low) {
                    text.append(':').append(high);
                }
            }
            case Match.MarkBit(var bit, var negated) ->
                    text.append("-m mark ")
                            .append(not(negated))
                            .append("--mark ")
                            .append(hex(bit))
                            .append('/')
                            .append(hex(bit));
            case Match.MarkIs(var value, var mask) ->
                    text.append("-m mark --mark 0x")
                            .append(Integer.toHexString(value))
                            .append("/0x")
                            .append(Integer.toHexString(mask));
            case Match.SentByIpvs() -> text.append("-m ipvs --ipvs");
            case Match.LocalAddress(var side) ->
                    text.append("-m addrtype --").append(side(side)).append("-type LOCAL");
            case Match.ConnectionState(var states, var negated) ->
                    text.append("-m conntrack ")
                            .append(not(negated))
                            .append("--ctstate ")
                            .append(
                                    states.stream()
                                            .map(Enum::name)
                                            .collect(Collectors.joining(",")));
            case Match.OriginalDestination(var range) ->
                    text.append("-m conntrack --ctorigdst ").append(cidr(range));
            case Match.Counted(var counter) ->
                    text.append("-m nfacct --nfacct-name ").append(counter);
            case Match.InSet(var set, var sides) ->
                    text.append("-m set --match-set ")
                            .append(set)
                            .append(' ')
                            .append(
                                    sides.stream()
                                            .map(RuleText::side)
                                            .collect(Collectors.joining(",")));
            case Match.Chance(var of) ->
                    text.append("-m statistic --mode random --probability ")
                            .append(probability(of));
        }
    }

    private static void write(Target target, StringBuilder text) {
        switch (target) {
            case Target.Jump(var chain) -> text.append(chain);
            case Target.GoOn() -> throw new IllegalArgumentException("has no text");
            case Target.Accept() -> text.append("ACCEPT");
            case Target.Drop() -> text.append("DROP");
            case Target.Return() -> text.append("RETURN");
            case Target.Reject(var family) ->
                    text.append("REJECT --reject-with ")
                            .append(family == IpFamily.IPV4 ? "icmp" : "icmp6")
                            .append("-port-unreachable");
            case Target.Dnat(var address, var port) -> {
                boolean bracket = address.family() == IpFamily.IPV6;
                text.append("DNAT --to-destination ")
                        .append(bracket ? "[" : "")
                        .append(address(address))
                        .append(bracket ? "]:" : ":")
                        .append(port);
            }
            case Target.Netmap(var range) -> text.append("NETMAP --to ").append(cidr(range));
            case Target.Masquerade(var randomFully) ->
                    text.append("MASQUERADE").append(randomFully ? " --random-fully" : "");
            case Target.SetMarkBit(var bit) ->
                    text.append("MARK --set-xmark ").append(hex(bit)).append('/').append(hex(bit));
            case Target.FlipMarkBit(var bit) ->
                    text.append("MARK --set-xmark ").append(hex(bit)).append("/0x0");
            case Target.MapMark(var set) ->
                    text.append("SET --map-set ").append(set).append(" dst,dst --map-mark");
            case Target.RememberSource(var set, var timeout) ->
                    text.append("SET --add-set ")
                            .append(set)
                            .append(" src --exist --timeout ")
                            .append(timeout);
        }
    }

    private static String not(boolean negated) {
        return negated ? "! " : "";
    }

    private static String side(Side side) {
        return side == Side.SOURCE ? "src" : "dst";
    }

    private static String hex(int bit) {
        return "0x" + Integer.toHexString(1 << bit);
    }

    private static String cidr(Cidr range) {
        return address(range.address()) + "/" + range.prefix();
    }

    /// glibc writes the last four octets of an IPv4-compatible address in decimal (inet_ntop),
    /// against RFC 5952.
    private static String address(IpAddress address) {
        boolean compatible =
                address.family() == IpFamily.IPV6
                        && address.high() == 0
                        && (address.low() >>> 32) == 0
                        && address.low() > 0xffff;
        return compatible
                ? "::" + new IpAddress(IpFamily.IPV4, 0, address.low())
                : address.toString();
    }

    /// One in `of`, as the kernel keeps it: in units of 2^-31 (linux/netfilter/xt_statistic.h).
    static String probability(int of) {
        if (of < 0 || of >= CHANCES.length()) {
            return exactly(of);
        }
        String known = CHANCES.get(of);
        if (known == null) {
            known = exactly(of);
            CHANCES.set(of, known);
        }
        return known;
    }

    private static String exactly(int of) {
        return String.format(Locale.ROOT, "%.11f", Math.round(0x1p31 / of) / 0x1p31);
    }

    private static String quoted(String comment) {
        boolean plain =
                comment.chars().allMatch(c -> Character.isLetterOrDigit(c) || c == '_' || c == '-');
        return plain ? comment : '"' + comment + '"';
    }
}
