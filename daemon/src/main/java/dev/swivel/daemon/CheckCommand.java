package dev.swivel.daemon;

import dev.swivel.core.backend.ProxyBackend;
import dev.swivel.core.backend.Requirement;
import dev.swivel.core.backend.Requirement.Status;
import dev.swivel.core.watch.api.ApiSource;
import dev.swivel.daemon.log.Logs;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `swivel check`: can this machine run the backends?
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpAutoWidth = true,
        exitCodeOnInvalidInput = 1,
        header =
                "Says for each backend whether this machine can run it, and what to do about what is missing.",
        description = {
            "",
            "Tries rights, programs, kernel features and settings. What needs a kernel is tried in a network namespace made for it, so nothing that serves traffic is touched.",
            ""
        },
        footer = {
            "",
            "Each need is ok, unknown (it could not be tried), limited (works, but lacks something) or missing (the backend cannot run).",
            "",
            "Examples:",
            "  swivel check",
            "  swivel check --proxy-mode iptables -o json",
            "",
            "Exit codes: 0 all modes asked for can run, 2 something is missing, 1 failed or wrong usage."
        })
final class CheckCommand implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int NOT_READY = 2;

    @Option(names = "--proxy-mode", paramLabel = "MODE", description = "Look at this backend only.")
    @Nullable String mode;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text (with remedies; default), table, json or yaml.")
    OutputFormat output = OutputFormat.TEXT;

    @Spec CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        Logs.quiet(ApiSource.NOISY_LOGGER);
        List<Mode> modes = new ArrayList<>();
        for (ProxyBackend backend : Modes.all()) {
            try (backend) {
                if (mode == null || mode.equals(backend.name())) {
                    modes.add(
                            Mode.of(
                                    backend.name(),
                                    backend.inspection().check(HostNetwork.families())));
                }
            }
        }
        if (modes.isEmpty()) {
            spec.commandLine()
                    .getErr()
                    .println("swivel check: no backend of this build has the mode " + mode);
            return FAILED;
        }
        modes.sort(Comparator.comparing(Mode::mode));
        var out = spec.commandLine().getOut();
        out.print(output.print(new Answer(modes)));
        out.flush();
        return modes.stream().allMatch(Mode::ready) ? 0 : NOT_READY;
    }

    private record Need(String name, String status, String finding, String remedy) {
        static Need of(Requirement requirement) {
            return new Need(
                    requirement.name(),
                    requirement.status().name().toLowerCase(Locale.ROOT),
                    requirement.finding(),
                    requirement.remedy());
        }
    }

    private record Mode(String mode, boolean ready, List<Need> needs) {
        static Mode of(String mode, List<Requirement> requirements) {
            return new Mode(
                    mode,
                    requirements.stream().noneMatch(r -> r.status() == Status.MISSING),
                    requirements.stream().map(Need::of).toList());
        }
    }

    private record Answer(List<Mode> modes) implements OutputFormat.Answer {
        @Override
        public Object document() {
            return this;
        }

        @Override
        public TextTable table() {
            TextTable table = new TextTable("MODE", "NEED", "STATUS", "FINDING", "REMEDY");
            for (Mode mode : modes) {
                for (Need need : mode.needs) {
                    table.add(mode.mode, need.name, need.status, need.finding, need.remedy);
                }
            }
            return table;
        }

        @Override
        public String text() {
            StringBuilder text = new StringBuilder();
            for (Mode mode : modes) {
                text.append(mode.mode)
                        .append(mode.ready ? ": this machine can run it\n" : ": cannot run here\n");
                for (Need need : mode.needs) {
                    text.append(
                            "  %-8s %-40s %s%n".formatted(need.status, need.name, need.finding));
                    if (!need.remedy.isEmpty()) {
                        text.append("           do: ").append(need.remedy).append('\n');
                    }
                }
            }
            return text.toString();
        }
    }
}
