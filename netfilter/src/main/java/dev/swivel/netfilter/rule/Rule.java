package dev.swivel.netfilter.rule;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// One rule of a chain.
///
/// @param comment for operators; empty for none. Two rules that differ in nothing else do the same
///   (see [#sameAs])
public record Rule(List<Match> matches, Target target, String comment) {
    private static final int MAX_COMMENT = 255; // linux/netfilter/xt_comment.h, with the final NUL
    private static final Comparator<Match> AS_SAVED = Comparator.comparingInt(Rule::rank);

    public Rule {
        matches = asSaved(matches);
        comment = comment.length() > MAX_COMMENT ? comment.substring(0, MAX_COMMENT) : comment;
        for (int i = 0; i < comment.length(); i++) {
            char c = comment.charAt(i);
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                throw new IllegalArgumentException("not a plain comment: " + comment);
            }
        }
    }

    /// A full sync makes a hundred thousand rules, most of which have one match or none.
    private static List<Match> asSaved(List<Match> matches) {
        List<Match> kept = new ArrayList<>(matches.size());
        for (Match match : matches) {
            if (restricts(match)) {
                kept.add(match);
            }
        }
        if (kept.size() > 1) {
            kept.sort(AS_SAVED);
        }
        return List.copyOf(kept);
    }

    public static Rule of(Target target, Match... matches) {
        return new Rule(List.of(matches), target, "");
    }

    public static Rule of(Target target, List<Match> matches) {
        return new Rule(matches, target, "");
    }

    public Rule commented(String text) {
        return new Rule(matches, target, text);
    }

    public Rule and(Match... more) {
        List<Match> all = new ArrayList<>(matches);
        all.addAll(List.of(more));
        return new Rule(all, target, comment);
    }

    /// Whether it matches the same packets and does the same with them.
    public boolean sameAs(Rule other) {
        return target.equals(other.target) && matches.equals(other.matches);
    }

    /// The chain it jumps to.
    public Optional<ChainName> jumpsTo() {
        return target instanceof Target.Jump(var chain) ? Optional.of(chain) : Optional.empty();
    }

    /// `iptables-save` leaves out an address match that is true for every packet.
    private static boolean restricts(Match match) {
        return switch (match) {
            case Match.Source(var range, var negated) -> negated || !range.isEverything();
            case Match.Destination(var range, var negated) -> negated || !range.isEverything();
            default -> true;
        };
    }

    private static int rank(Match match) {
        return switch (match) {
            case Match.Source _ -> 0;
            case Match.Destination _ -> 1;
            case Match.InInterface _ -> 2;
            case Match.ProtocolIs _ -> 3;
            default -> 4;
        };
    }
}
