package dev.swivel.lab.api.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A field selector in the text form of the `fieldSelector` parameter: `spec.type=ClusterIP,
/// metadata.name!=x`. Only fields that the resource declares can be selected on.
public final class FieldSelector {
    /// Selects everything.
    public static final FieldSelector ALL = new FieldSelector(List.of());

    private record Term(String field, boolean equal, String value) {}

    private final List<Term> terms;

    private FieldSelector(List<Term> terms) {
        this.terms = terms;
    }

    public boolean matches(Map<String, String> fields) {
        for (Term term : terms) {
            if (fields.getOrDefault(term.field(), "").equals(term.value()) != term.equal()) {
                return false;
            }
        }
        return true;
    }

    public boolean isEmpty() {
        return terms.isEmpty();
    }

    /// Parses a selector; a blank one selects everything.
    ///
    /// @throws StatusException 400 if the text is not a selector or names a field that cannot be
    ///   selected on
    public static FieldSelector parse(ResourceType type, String text) {
        if (text.isBlank()) {
            return ALL;
        }
        var terms = new ArrayList<Term>();
        for (String term : text.split(",", -1)) {
            if (!term.isEmpty()) {
                terms.add(term(type, term));
            }
        }
        return new FieldSelector(List.copyOf(terms));
    }

    private static Term term(ResourceType type, String text) {
        int equals = text.indexOf('=');
        if (equals < 1) {
            throw StatusException.badRequest(
                    "invalid field selector: \"%s\"; can't understand".formatted(text));
        }
        boolean negated = text.charAt(equals - 1) == '!';
        var field = text.substring(0, negated ? equals - 1 : equals).strip();
        int valueAt = text.startsWith("==", equals) ? equals + 2 : equals + 1;
        if (!field.equals("metadata.name")
                && !field.equals("metadata.namespace")
                && !type.selectable().contains(field)) {
            throw StatusException.badRequest("field label not supported: " + field);
        }
        return new Term(field, !negated, text.substring(valueAt).strip());
    }
}
