package dev.swivel.lab.bench;

import dev.swivel.lab.cluster.SwivelProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A proxy to be measured: all understand kube-proxy's flags.
///
/// @param name as the reports call it
/// @param command the program and what comes before kube-proxy's flags
/// @param environment on top of this process's
record Subject(String name, List<String> command, Map<String, String> environment) {
    /// Set by the distribution's launcher to the launcher of the daemon.
    private static final String LAUNCHER = "swivel.launcher";

    /// In the mount namespace that a process on a node has of its own. The node's lock lies
    /// outside.
    private static final String ENTER =
            "for each in /proc /sys /dev /tmp; do mount --rbind $each \"$0$each\" || exit 1; done;"
                    + " unset XTABLES_LOCKFILE; exec chroot \"$0\" \"$@\"";

    Subject {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /// Swivel as its launcher starts it; without a distribution, on the class path of this process.
    ///
    /// @param javaOptions more options for its JVM
    static Subject swivel(String javaOptions) {
        String launcher = System.getProperty(LAUNCHER, "");
        return new Subject(
                "swivel",
                launcher.isEmpty()
                        ? SwivelProcess.command(options(javaOptions))
                        : List.of(launcher),
                // what the lab's own launcher has set is not for the daemon
                Map.of("SWIVEL_MAIN", "", "SWIVEL_JAVA_OPTS", javaOptions));
    }

    /// Swivel as a container image starts it.
    ///
    /// @param root the unpacked image; sees this machine's `/tmp`, for the kubeconfig
    /// @param javaOptions more options for its JVM
    static Subject swivelIn(Path root, String javaOptions) {
        return new Subject(
                "swivel",
                List.of(
                        "sh",
                        "-c",
                        ENTER,
                        root.toAbsolutePath().toString(),
                        "/usr/local/bin/swivel"),
                Map.of("SWIVEL_MAIN", "", "SWIVEL_JAVA_OPTS", javaOptions));
    }

    private static String[] options(String text) {
        return text.isBlank() ? new String[0] : text.strip().split(" +", -1);
    }

    static Subject kubeProxy(Path program) {
        return new Subject("kube-proxy", List.of(program.toAbsolutePath().toString()), Map.of());
    }
}
