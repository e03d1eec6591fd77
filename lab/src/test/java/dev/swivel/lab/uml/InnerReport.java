package dev.swivel.lab.uml;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What inner tests tell the outer one, a line for each start and each end among whatever else the
/// guest says: `swivel-test: start <name>`, `swivel-test: end <name> <failure>`, in Base64.
final class InnerReport {
    private static final String START = "swivel-test: start ";
    private static final String END = "swivel-test: end ";

    /// One inner test.
    ///
    /// @param failure null if it passed
    record Outcome(String name, @Nullable String failure) {}

    private InnerReport() {}

    static String start(String name) {
        return START + encode(name);
    }

    static String end(String name, String failure) {
        return END + encode(name) + " " + encode(failure);
    }

    /// The outcomes in the order of the starts. One without an end is a failure.
    static List<Outcome> read(String output) {
        Map<String, @Nullable String> failures = new LinkedHashMap<>();
        for (String line : output.lines().toList()) {
            int start = line.indexOf(START);
            int end = line.indexOf(END);
            if (start >= 0) {
                failures.put(
                        decode(line.substring(start + START.length())),
                        "it did not come to an end");
            } else if (end >= 0) {
                String said = line.substring(end + END.length());
                int space = said.indexOf(' ');
                String failure = decode(said.substring(space + 1));
                failures.put(decode(said.substring(0, space)), failure.isEmpty() ? null : failure);
            }
        }
        List<Outcome> outcomes = new ArrayList<>();
        failures.forEach((name, failure) -> outcomes.add(new Outcome(name, failure)));
        return outcomes;
    }

    private static String encode(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    private static String decode(String base64) {
        return new String(Base64.getDecoder().decode(base64.strip()), UTF_8);
    }
}
