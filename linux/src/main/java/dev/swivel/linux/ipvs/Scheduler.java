package dev.swivel.linux.ipvs;

import java.util.regex.Pattern;

/// How a virtual server picks a real server, by the kernel's name: any that the kernel has or can
/// load as module `ip_vs_<name>`.
///
/// @param name 1 to 15 lower-case letters, digits and `_-` (`IP_VS_SCHEDNAME_MAXLEN`)
public record Scheduler(String name) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,14}");

    public static final Scheduler ROUND_ROBIN = new Scheduler("rr");
    public static final Scheduler WEIGHTED_ROUND_ROBIN = new Scheduler("wrr");
    public static final Scheduler LEAST_CONNECTIONS = new Scheduler("lc");
    public static final Scheduler SOURCE_HASH = new Scheduler("sh");
    public static final Scheduler MAGLEV_HASH = new Scheduler("mh");

    public Scheduler {
        if (!isName(name)) {
            throw new IllegalArgumentException(
                    "scheduler: '"
                            + name
                            + "' (expected: 1 to 15 lower-case letters, digits, '_-')");
        }
    }

    /// Whether a scheduler can have that name.
    public static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    /// The kernel module that brings it.
    public String module() {
        return "ip_vs_" + name;
    }

    @Override
    public String toString() {
        return name;
    }
}
