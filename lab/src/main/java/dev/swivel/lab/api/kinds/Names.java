package dev.swivel.lab.api.kinds;

import java.util.regex.Pattern;

/// The forms of names (RFC 1123 and RFC 1035, as the API conventions narrow them).
final class Names {
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?");
    private static final Pattern LABEL_1035 = Pattern.compile("[a-z]([-a-z0-9]*[a-z0-9])?");
    private static final Pattern SUBDOMAIN =
            Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
    private static final Pattern PORT_NAME = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?");
    private static final Pattern HAS_LETTER = Pattern.compile(".*[a-z].*");

    static final String LABEL_RULE =
            "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-',"
                    + " and must start and end with an alphanumeric character";
    static final String LABEL_1035_RULE =
            "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with"
                    + " an alphabetic character, and end with an alphanumeric character";
    static final String SUBDOMAIN_RULE =
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters,"
                    + " '-' or '.', and must start and end with an alphanumeric character";

    private Names() {}

    /// At most 63 characters.
    static boolean isLabel(String name) {
        return name.length() <= 63 && LABEL.matcher(name).matches();
    }

    /// At most 63 characters, starting with a letter.
    static boolean isLabel1035(String name) {
        return name.length() <= 63 && LABEL_1035.matcher(name).matches();
    }

    /// At most 253 characters.
    static boolean isSubdomain(String name) {
        return name.length() <= 253 && SUBDOMAIN.matcher(name).matches();
    }

    /// At most 15 characters, with a letter in it, no two hyphens in a row (RFC 6335).
    static boolean isPortName(String name) {
        return name.length() <= 15
                && PORT_NAME.matcher(name).matches()
                && HAS_LETTER.matcher(name).matches()
                && !name.contains("--");
    }
}
