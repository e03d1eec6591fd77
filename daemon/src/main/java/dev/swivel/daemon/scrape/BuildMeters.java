package dev.swivel.daemon.scrape;

import dev.swivel.daemon.Version;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.TreeMap;

/// `kubernetes_build_info` and `kubernetes_feature_enabled`. Alerts compare the versions of a
/// cluster's components by them, so the version is that of the Kubernetes that Swivel behaves like.
public final class BuildMeters {
    /// Gates of kube-proxy 1.36 that mean something here: name and stage.
    private record Gate(String name, String stage, boolean byDefault) {}

    private static final Gate[] GATES = {
        new Gate("AllowServiceExternalIPs", "", true),
        new Gate("ComponentFlagz", "BETA", true),
        new Gate("ComponentStatusz", "BETA", true),
        new Gate("NativeHistograms", "ALPHA", false),
    };

    private BuildMeters() {}

    /// @param gates as configured
    public static void register(MeterRegistry registry, Map<String, Boolean> gates) {
        var info =
                Gauge.builder("kubernetes_build_info", () -> 1)
                        .description(
                                "[ALPHA] A metric with a constant '1' value labeled by major, minor, git version, git commit, git tree state, build date, Go version, and compiler from which Kubernetes was built, and platform on which it is running.");
        labels().forEach(info::tag);
        info.register(registry);
        for (Gate gate : GATES) {
            Gauge.builder(
                            "kubernetes_feature_enabled",
                            () -> gates.getOrDefault(gate.name(), gate.byDefault()) ? 1 : 0)
                    .description(
                            "[BETA] This metric records the data about the stage and enablement of a k8s feature.")
                    .tag("name", gate.name())
                    .tag("stage", gate.stage())
                    .register(registry);
        }
    }

    private static Map<String, String> labels() {
        String[] version = Version.KUBERNETES.split("\\.", -1);
        String architecture = System.getProperty("os.arch", "").replace("aarch64", "arm64");
        return new TreeMap<>(
                Map.of(
                        "major",
                        version[0],
                        "minor",
                        version[1],
                        "git_version",
                        Version.asKubernetes(),
                        "git_commit",
                        "",
                        "git_tree_state",
                        "",
                        "build_date",
                        "",
                        "go_version",
                        "java" + Runtime.version().feature(),
                        "compiler",
                        "javac",
                        "platform",
                        "linux/" + architecture));
    }
}
