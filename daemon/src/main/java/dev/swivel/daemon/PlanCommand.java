package dev.swivel.daemon;

import dev.swivel.core.backend.BackendContext;
import dev.swivel.core.backend.BackendException;
import dev.swivel.core.backend.Difference;
import dev.swivel.core.backend.Difference.Action;
import dev.swivel.core.backend.ProxyBackend;
import dev.swivel.core.config.ConfigException;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.watch.api.ApiSource;
import dev.swivel.daemon.log.Logs;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `swivel plan`: what a sync would do to this machine's kernel.
@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpAutoWidth = true,
        exitCodeOnInvalidInput = 1,
        header = "Compares the cluster with this machine's kernel: what would a sync do?",
        description = {
            "",
            "Prints what a sync would add (+), change (~) and remove (-). Changes nothing; reading the kernel's tables takes root.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  swivel plan --config /var/lib/kube-proxy/config.conf --node node-1",
            "  swivel plan --manifests ./services --node node-1 -o json",
            "",
            "Exit codes: 0 the kernel holds what it should, 2 it differs, 1 failed or wrong usage."
        })
final class PlanCommand implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int DIFFERS = 2;

    @Mixin ClusterOptions options = new ClusterOptions();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text (every line that comes and goes; default), table, json or yaml.")
    OutputFormat output = OutputFormat.TEXT;

    @Spec CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws InterruptedException {
        Logs.quiet(ApiSource.NOISY_LOGGER);
        var err = spec.commandLine().getErr();
        try {
            Answer answer = answer(options.read(err), err);
            var out = spec.commandLine().getOut();
            out.print(output.print(answer));
            out.flush();
            return answer.parts.isEmpty() ? 0 : DIFFERS;
        } catch (ConfigException | BackendException | IOException e) {
            err.println("swivel plan: " + e.getMessage());
            return FAILED;
        }
    }

    /// @param err for what is left out
    private static Answer answer(ClusterOptions.Subject subject, PrintWriter err)
            throws ConfigException, BackendException, IOException {
        var families = HostNetwork.families();
        var present = HostNetwork.addresses();
        var context = new BackendContext(subject.config(), families, new SimpleMeterRegistry());
        List<Part> parts = new ArrayList<>();
        Map<IpFamily, BackendException> failures = new EnumMap<>(IpFamily.class);
        try (ProxyBackend backend = Modes.backend(subject.config().mode())) {
            for (IpFamily family : families.stream().sorted().toList()) {
                var state =
                        subject.cluster()
                                .state(family, subject.config(), subject.nodeName(), present);
                try {
                    backend.inspection().plan(context, state).stream()
                            .sorted(
                                    Comparator.comparing(Difference::where)
                                            .thenComparing(Difference::name))
                            .map(difference -> Part.of(family, difference))
                            .forEach(parts::add);
                } catch (BackendException e) {
                    failures.put(family, e);
                }
            }
        }
        if (failures.size() == families.size()) {
            throw failures.values().iterator().next();
        }
        failures.forEach((family, e) ->
                err.println(
                        "swivel plan: %s is left out, as a sync would: %s"
                                .formatted(family.label(), e.getMessage())));
        return new Answer(subject.config().mode(), subject.nodeName(), parts);
    }

    /// A [Difference] of one family, as it is printed.
    private record Part(
            String family,
            String action,
            String where,
            String name,
            List<String> removed,
            List<String> added) {
        static Part of(IpFamily family, Difference difference) {
            return new Part(
                    family.label(),
                    difference.action().name().toLowerCase(Locale.ROOT),
                    difference.where(),
                    difference.name(),
                    difference.removed(),
                    difference.added());
        }

        boolean is(Action wanted) {
            return action.equals(wanted.name().toLowerCase(Locale.ROOT));
        }
    }

    private record Answer(String mode, String node, List<Part> parts)
            implements OutputFormat.Answer {
        record Document(
                String mode,
                String node,
                boolean same,
                long add,
                long change,
                long remove,
                List<Part> differences) {}

        private long count(Action action) {
            return parts.stream().filter(part -> part.is(action)).count();
        }

        @Override
        public Object document() {
            return new Document(
                    mode,
                    node,
                    parts.isEmpty(),
                    count(Action.ADD),
                    count(Action.CHANGE),
                    count(Action.REMOVE),
                    parts);
        }

        @Override
        public TextTable table() {
            TextTable table = new TextTable("ACTION", "FAMILY", "WHERE", "NAME", "-", "+");
            parts.forEach(part ->
                    table.add(
                            part.action,
                            part.family,
                            part.where,
                            part.name,
                            Integer.toString(part.removed.size()),
                            Integer.toString(part.added.size())));
            return table;
        }

        @Override
        public String text() {
            StringBuilder text = new StringBuilder();
            for (Part part : parts) {
                text.append(part.is(Action.ADD) ? '+' : part.is(Action.REMOVE) ? '-' : '~')
                        .append(' ')
                        .append(String.join(" ", part.family, part.where, part.name))
                        .append('\n');
                part.removed.forEach(line -> text.append("    - ").append(line).append('\n'));
                part.added.forEach(line -> text.append("    + ").append(line).append('\n'));
            }
            return text.append(
                            parts.isEmpty()
                                    ? "nothing to do: the kernel holds what it should\n"
                                    : count(Action.ADD)
                                            + " to add, "
                                            + count(Action.CHANGE)
                                            + " to change, "
                                            + count(Action.REMOVE)
                                            + " to remove\n")
                    .toString();
        }
    }
}
