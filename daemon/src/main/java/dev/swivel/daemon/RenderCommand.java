package dev.swivel.daemon;

import dev.swivel.core.backend.BackendContext;
import dev.swivel.core.backend.BackendException;
import dev.swivel.core.backend.KernelObject;
import dev.swivel.core.backend.ProxyBackend;
import dev.swivel.core.backend.Rendering;
import dev.swivel.core.config.ConfigException;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.Node;
import dev.swivel.core.watch.api.ApiSource;
import dev.swivel.daemon.log.Logs;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `swivel render`: what a backend would program, printed.
@Command(
        name = "render",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpAutoWidth = true,
        exitCodeOnInvalidInput = 1,
        header = "Prints what a backend would program into an empty kernel.",
        description = {
            "",
            "Needs no root and changes nothing. The node's addresses are those of its Node, or this machine's if there is no Node of that name.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  swivel render --manifests ./services --node node-1 --cluster-cidr 10.244.0.0/16",
            "  swivel render --manifests ./services --proxy-mode ipvs -o yaml",
            "  swivel render --config config.conf -o table     # the cluster that the configuration names",
            "",
            "Exit codes: 0 rendered, 1 failed or wrong usage."
        })
final class RenderCommand implements Callable<Integer> {
    @Mixin ClusterOptions options = new ClusterOptions();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "text",
            description =
                    "text (input for iptables-restore, ipset and the like; default), table, json or yaml.")
    OutputFormat output = OutputFormat.TEXT;

    @Spec CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws InterruptedException {
        Logs.quiet(ApiSource.NOISY_LOGGER);
        var err = spec.commandLine().getErr();
        try {
            var subject = options.read(err);
            var out = spec.commandLine().getOut();
            out.print(output.print(answer(subject)));
            out.flush();
            return 0;
        } catch (ConfigException | BackendException | IOException e) {
            err.println("swivel render: " + e.getMessage());
            return 1;
        }
    }

    private static Answer answer(ClusterOptions.Subject subject)
            throws ConfigException, BackendException, IOException {
        var present = addresses(subject.cluster().node());
        var families = EnumSet.allOf(IpFamily.class);
        var context = new BackendContext(subject.config(), families, new SimpleMeterRegistry());
        Map<IpFamily, Rendering> rendered = new LinkedHashMap<>();
        try (ProxyBackend backend = Modes.backend(subject.config().mode())) {
            for (IpFamily family : families) {
                var state =
                        subject.cluster()
                                .state(family, subject.config(), subject.nodeName(), present);
                rendered.put(family, backend.inspection().render(context, state));
            }
        }
        return new Answer(subject.config().mode(), subject.nodeName(), rendered);
    }

    private static List<IpAddress> addresses(Optional<Node> node) throws IOException {
        return node.isPresent() ? node.get().ips() : HostNetwork.addresses();
    }

    /// @param rendered in the order of families
    private record Answer(String mode, String node, Map<IpFamily, Rendering> rendered)
            implements OutputFormat.Answer {
        record Family(String family, List<KernelObject> objects) {}

        record Document(String mode, String node, List<Family> families) {}

        @Override
        public Object document() {
            return new Document(
                    mode,
                    node,
                    rendered.entrySet().stream()
                            .map(e -> new Family(e.getKey().label(), e.getValue().objects()))
                            .toList());
        }

        @Override
        public TextTable table() {
            TextTable table = new TextTable("FAMILY", "WHERE", "NAME", "LINES");
            rendered.forEach((family, rendering) ->
                    rendering
                            .objects()
                            .forEach(object ->
                                    table.add(
                                            family.label(),
                                            object.where(),
                                            object.name(),
                                            Integer.toString(object.content().size()))));
            return table;
        }

        @Override
        public String text() {
            StringBuilder text = new StringBuilder();
            rendered.forEach((family, rendering) ->
                    text.append("# ")
                            .append(family.label())
                            .append(", mode ")
                            .append(mode)
                            .append(", node ")
                            .append(node)
                            .append('\n')
                            .append(rendering.script()));
            return text.toString();
        }
    }
}
