package dev.swivel.linux.iptables;

import dev.swivel.linux.exec.CommandException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Makes sense of a failed restore.
final class RestoreFailure {
    /// `RESOURCE_PROBLEM` in xtables.h. The nft flavour also uses it for plain refusals.
    private static final int RESOURCE_PROBLEM = 4;

    private static final Pattern BUSY =
            Pattern.compile("xtables lock|Resource temporarily unavailable");
    private static final Pattern LINE =
            Pattern.compile("\\bat line:? (\\d{1,9})|\\bline (\\d{1,9})(?: failed|:)");
    private static final int NEIGHBOURS = 3;

    private RestoreFailure() {}

    static CommandException of(CommandException cause, String script) {
        if (cause.exitCode() == RESOURCE_PROBLEM && BUSY.matcher(cause.stderr()).find()) {
            return new ResourceBusyException(cause);
        }
        Matcher m = LINE.matcher(cause.stderr());
        if (cause.exitCode() < 0 || !m.find()) {
            return new RestoreException(cause, "", 0);
        }
        int line = Integer.parseInt(m.group(1) == null ? m.group(2) : m.group(1));
        return new RestoreException(cause, context(script, line), line);
    }

    /// The named line with its neighbours, numbered, the named one marked.
    private static String context(String script, int line) {
        StringBuilder text = new StringBuilder();
        int number = 1;
        for (String each : script.split("\n", line + NEIGHBOURS + 1)) {
            if (number >= line - NEIGHBOURS && number <= line + NEIGHBOURS) {
                text.append(number == line ? "\n> " : "\n  ")
                        .append(number)
                        .append(": ")
                        .append(each);
            }
            number++;
        }
        return text.toString();
    }
}
