package dev.swivel.ipvs.render;

import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.ObjectRef;
import dev.swivel.core.model.Problem;
import dev.swivel.core.model.ResolvedPort;
import dev.swivel.core.model.ResolvedService;
import dev.swivel.linux.ipvs.Scheduler;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// All that one service contributes to the kernel's state. Another service may contribute an equal
/// element or address.
final class ServiceParts {
    /// A Service's annotation, without `swivel.dev/`.
    private static final String SCHEDULER = "ipvs-scheduler";

    private static final int LONGEST_SHOWN = 40;

    final List<Pool> pools = new ArrayList<>();
    final List<Pool> nodePorts = new ArrayList<>();
    final Set<Element> elements = new LinkedHashSet<>();
    final Set<IpAddress> addresses = new LinkedHashSet<>();
    final List<Problem> problems = new ArrayList<>();

    /// @param marks where those of its ports are, or are taken from
    static ServiceParts of(
            Layout layout, ResolvedService service, Schedulers schedulers, Marks marks) {
        ServiceParts parts = new ServiceParts();
        for (ResolvedPort port : service.ports()) {
            parts.add(layout, service, port, schedulers, marks);
        }
        if (service.healthCheckNodePort() != 0) {
            parts.elements.add(
                    new Element.Port(
                            ServiceSet.HEALTH_CHECK_NODE_PORT, service.healthCheckNodePort()));
        }
        return parts;
    }

    private void add(
            Layout layout,
            ResolvedService service,
            ResolvedPort port,
            Schedulers schedulers,
            Marks marks) {
        int mark = 0;
        if (PortParts.needsMark(port)) {
            mark = marks.take(port.name()).orElse(0);
            if (mark == 0) {
                problems.add(
                        new Problem(
                                ObjectRef.service(service.name()),
                                "NoMarkLeft",
                                "externalTrafficPolicy: no packet mark is left for port "
                                        + port.name()
                                        + ": this node and its pods reach local endpoints only"));
            }
        }
        PortParts parts = new PortParts(layout, port, scheduler(layout, port, schedulers), mark);
        pools.addAll(parts.pools);
        nodePorts.addAll(parts.nodePorts);
        elements.addAll(parts.elements);
        addresses.addAll(parts.addresses);
    }

    private String scheduler(Layout layout, ResolvedPort port, Schedulers schedulers) {
        String asked = port.options().getOrDefault(SCHEDULER, "").strip();
        if (asked.isEmpty() || schedulers.has(asked)) {
            return asked.isEmpty() ? layout.scheduler() : asked;
        }
        Problem problem =
                new Problem(
                        ObjectRef.service(port.name().service()),
                        "UnknownScheduler",
                        "annotation swivel.dev/ipvs-scheduler: "
                                + complaint(asked)
                                + "; "
                                + layout.scheduler()
                                + " is used");
        if (!problems.contains(problem)) {
            problems.add(problem);
        }
        return layout.scheduler();
    }

    /// Suggests no command made of what somebody wrote into an annotation, unless it is a name.
    private static String complaint(String asked) {
        return Scheduler.isName(asked)
                ? "the kernel has no scheduler '"
                        + asked
                        + "' (try: modprobe "
                        + new Scheduler(asked).module()
                        + ")"
                : "'"
                        + asked.substring(0, Math.min(asked.length(), LONGEST_SHOWN))
                        + "' is not the name of a scheduler";
    }
}
