package dev.swivel.daemon;

import dev.swivel.core.backend.Drift;
import dev.swivel.core.events.Notice;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.ObjectRef;
import dev.swivel.core.model.Problem;
import java.util.List;
import java.util.function.Consumer;

/// What becomes an Event, and how it reads. Reasons and actions that kube-proxy has are
/// kube-proxy's (spec 12.5).
final class Notices {
    private static final String START = "StartKubeProxy";
    private static final String SYNC = "SyncProxyRules";
    private static final String HEALTH_CHECK_PORT = "FailedToStartServiceHealthcheck";
    private static final int FINDINGS = 10;

    private final ObjectRef node;
    private final Consumer<Notice> sink;

    Notices(String nodeName, Consumer<Notice> sink) {
        this.node = new ObjectRef("Node", "", nodeName);
        this.sink = sink;
    }

    void starting() {
        sink.accept(Notice.normal(node, "Starting", START, ""));
    }

    /// @param reason such as `FailedToStartMetricServer`
    void notListening(String reason, String message) {
        sink.accept(Notice.warning(node, reason, START, message));
    }

    /// @param mode the mode that this machine cannot serve in as it is
    void notServing(String mode, String message) {
        sink.accept(
                Notice.warning(
                        node,
                        "FailedToStartProxier",
                        START,
                        "cannot serve in mode " + mode + ", and tries on: " + message));
    }

    void problem(Problem problem) {
        String action = problem.reason().equals(HEALTH_CHECK_PORT) ? "Listen" : SYNC;
        sink.accept(Notice.warning(problem.object(), problem.reason(), action, problem.message()));
    }

    void drifted(IpFamily family, Drift drift) {
        sink.accept(
                Notice.warning(
                        node,
                        "ProxyRulesRepaired",
                        "RepairProxyRules",
                        family.label()
                                + ": others changed what was programmed, and it was repaired: "
                                + summary(drift.findings())));
    }

    void unserved(IpFamily family, String reason) {
        sink.accept(
                Notice.warning(
                        node,
                        "FailedToStartProxier",
                        START,
                        family.label() + " is not served, and attempts go on: " + reason));
    }

    void failing(IpFamily family, String message) {
        sink.accept(
                Notice.warning(
                        node,
                        "FailedToSyncProxyRules",
                        SYNC,
                        family.label()
                                + ": cannot program the kernel; what was programmed before stays in force: "
                                + message));
    }

    /// The first findings, and how many more there are.
    static String summary(List<String> findings) {
        String first = String.join("; ", findings.subList(0, Math.min(findings.size(), FINDINGS)));
        int more = findings.size() - FINDINGS;
        return more > 0 ? first + "; and " + more + " more" : first;
    }
}
