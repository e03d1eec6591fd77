package dev.swivel.lab.api.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// A label selector in the text form of the `labelSelector` parameter: `a=b,c!=d,e in (f,g),h notin
/// (i),j,!k`. All requirements must hold.
public final class LabelSelector {
    /// Selects everything.
    public static final LabelSelector ALL = new LabelSelector(List.of());

    private enum Operator {
        IN,
        NOT_IN,
        EXISTS,
        ABSENT
    }

    private record Requirement(String key, Operator operator, Set<String> values) {
        // An absent label satisfies "not in", as the API conventions say.
        boolean holds(Map<String, String> labels) {
            var value = labels.get(key);
            return switch (operator) {
                case IN -> value != null && values.contains(value);
                case NOT_IN -> value == null || !values.contains(value);
                case EXISTS -> value != null;
                case ABSENT -> value == null;
            };
        }
    }

    private final List<Requirement> requirements;

    private LabelSelector(List<Requirement> requirements) {
        this.requirements = requirements;
    }

    public boolean matches(Map<String, String> labels) {
        for (Requirement requirement : requirements) {
            if (!requirement.holds(labels)) {
                return false;
            }
        }
        return true;
    }

    public boolean isEmpty() {
        return requirements.isEmpty();
    }

    /// Parses a selector; a blank one selects everything.
    ///
    /// @throws StatusException 400 if the text is not a selector
    public static LabelSelector parse(String text) {
        return text.isBlank() ? ALL : new Parser(text).parse();
    }

    private static final class Parser {
        private final String text;
        private int at;

        Parser(String text) {
            this.text = text;
        }

        LabelSelector parse() {
            var found = new ArrayList<Requirement>();
            do {
                found.add(requirement());
                skipSpace();
            } while (take(','));
            if (at < text.length()) {
                throw unparsable("found '" + text.charAt(at) + "', expected: ',' or end");
            }
            return new LabelSelector(List.copyOf(found));
        }

        private Requirement requirement() {
            skipSpace();
            if (take('!')) {
                return new Requirement(key(), Operator.ABSENT, Set.of());
            }
            var key = key();
            skipSpace();
            if (take('=')) {
                take('=');
                return new Requirement(key, Operator.IN, Set.of(word()));
            }
            if (text.startsWith("!=", at)) {
                at += 2;
                return new Requirement(key, Operator.NOT_IN, Set.of(word()));
            }
            if (at == text.length() || text.charAt(at) == ',') {
                return new Requirement(key, Operator.EXISTS, Set.of());
            }
            return switch (word()) {
                case "in" -> new Requirement(key, Operator.IN, values());
                case "notin" -> new Requirement(key, Operator.NOT_IN, values());
                case String other ->
                        throw unparsable(
                                "found '%s', expected: in, notin, =, ==, !=, gt, lt"
                                        .formatted(other));
            };
        }

        private Set<String> values() {
            skipSpace();
            if (!take('(')) {
                throw unparsable("expected: '('");
            }
            var values = new TreeSet<String>();
            do {
                values.add(word());
                skipSpace();
            } while (take(','));
            if (!take(')')) {
                throw unparsable("expected: ')'");
            }
            return values;
        }

        private String key() {
            var key = word();
            if (key.isEmpty()) {
                throw unparsable("expected: a label key");
            }
            return key;
        }

        private String word() {
            skipSpace();
            int start = at;
            while (at < text.length() && isWordPart(text.charAt(at))) {
                at++;
            }
            return text.substring(start, at);
        }

        private static boolean isWordPart(char c) {
            return Character.isLetterOrDigit(c) || c == '-' || c == '_' || c == '.' || c == '/';
        }

        private void skipSpace() {
            while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
                at++;
            }
        }

        private boolean take(char expected) {
            if (at < text.length() && text.charAt(at) == expected) {
                at++;
                return true;
            }
            return false;
        }

        private StatusException unparsable(String why) {
            return StatusException.badRequest(
                    "unable to parse requirement: %s, in \"%s\"".formatted(why, text));
        }
    }
}
