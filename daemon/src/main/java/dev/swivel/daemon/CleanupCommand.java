package dev.swivel.daemon;

import dev.swivel.core.backend.BackendException;
import dev.swivel.core.backend.KernelObject;
import dev.swivel.core.backend.ProxyBackend;
import dev.swivel.core.config.ConfigDefaults;
import dev.swivel.core.watch.api.ApiSource;
import dev.swivel.daemon.log.Logs;
import dev.swivel.linux.IpFamily;
import dev.swivel.linux.iptables.Iptables;
import dev.swivel.linux.process.Capability;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `swivel cleanup`, and `swivel --cleanup` as kube-proxy has it: removes what any mode left on
/// this node, and needs no API server.
@Command(
        name = "cleanup",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpAutoWidth = true,
        exitCodeOnInvalidInput = 1,
        header =
                "Removes what Swivel or kube-proxy left on this node, in any mode, and nothing else.",
        description = {
            "",
            "With --unused only what nothing uses after kube-proxy has taken the node over from Swivel; Services are served on.",
            "Without it: rules, sets, virtual servers, the interface kube-ipvs0 and kube-proxy's nftables tables. Traffic to Services ends. KUBE-FIREWALL, which is kubelet's too, and kernel settings stay.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  swivel cleanup --dry-run             # what would go",
            "  swivel cleanup --dry-run -o json",
            "  swivel cleanup",
            "  swivel cleanup --unused              # after going back to kube-proxy",
            "",
            "Exit codes: 0 done, 1 something stays or wrong usage; with --dry-run: 0 nothing is left, 2 something is, 1 failed."
        })
final class CleanupCommand implements Callable<Integer> {
    private static final Logger log = LoggerFactory.getLogger(CleanupCommand.class);
    private static final int FAILED = 1;
    private static final int LEFT = 2;
    private static final String RIGHTS =
            "reading and removing rules takes CAP_NET_ADMIN: run it as root";

    @Option(names = "--dry-run", description = "Remove nothing; list what would go.")
    boolean dryRun;

    @Option(
            names = "--unused",
            description =
                    "Only what is Swivel's alone and in nobody's use, now that kube-proxy serves this node. Traffic goes on.")
    boolean unused;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "Of the list: text (with rules; default), table, json or yaml.")
    OutputFormat output = OutputFormat.TEXT;

    @Spec CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        if (dryRun) {
            return list(unused, output, spec.commandLine().getOut(), spec.commandLine().getErr());
        }
        Logs.configure(ConfigDefaults.defaults().logging(), ApiSource.NOISY_LOGGER);
        return unused ? tidy() : cleanUp();
    }

    private static int tidy() {
        Optional<String> obstacle = obstacle();
        if (obstacle.isPresent()) {
            log.error("{}", obstacle.get());
            return FAILED;
        }
        return each(ProxyBackend::tidy, "nothing unused is left") == 0 ? 0 : FAILED;
    }

    private interface Removal {
        void from(ProxyBackend backend) throws BackendException;
    }

    /// @return how many failed
    private static int each(Removal removal, String done) {
        int failed = 0;
        for (ProxyBackend backend : Modes.all()) {
            try (backend) {
                removal.from(backend);
                log.info("mode {}: {}", backend.name(), done);
            } catch (BackendException e) {
                failed++;
                log.error(
                        "mode {}: something stays: {}. Mend that, and call `swivel cleanup` again",
                        backend.name(),
                        e.getMessage());
            }
        }
        return failed;
    }

    /// @return the exit code: 0 if everything is removed, 1 if something stayed
    static int cleanUp() {
        Optional<String> obstacle = obstacle();
        if (obstacle.isPresent()) {
            log.error("{}", obstacle.get());
            return FAILED;
        }
        int failed = each(ProxyBackend::cleanup, "nothing is left");
        try {
            NftablesLeftovers.remove();
            log.info("mode nftables: nothing is left");
        } catch (IOException e) {
            failed++;
            log.error("mode nftables: something stays: {}", e.getMessage());
        }
        return failed == 0 ? 0 : FAILED;
    }

    /// @param unused only what nobody uses
    /// @return the exit code: 0 if nothing is left, 2 if something is, 1 if that cannot be told
    static int list(boolean unused, OutputFormat output, PrintWriter out, PrintWriter err) {
        Logs.quiet(ApiSource.NOISY_LOGGER);
        List<Left> left = new ArrayList<>();
        Optional<String> obstacle = obstacle();
        if (obstacle.isPresent()) {
            err.println("swivel cleanup: " + obstacle.get());
            return FAILED;
        }
        try {
            for (ProxyBackend backend : Modes.all()) {
                try (backend) {
                    var inspection = backend.inspection();
                    add(
                            backend.name(),
                            unused ? inspection.unused() : inspection.leftovers(),
                            left);
                }
            }
            if (!unused) {
                add("nftables", NftablesLeftovers.list(), left);
            }
        } catch (BackendException | IOException e) {
            err.println("swivel cleanup: " + e.getMessage());
            return FAILED;
        }
        out.print(output.print(new Answer(left)));
        out.flush();
        return left.isEmpty() ? 0 : LEFT;
    }

    /// Why nothing can be looked at here; empty if it can.
    private static Optional<String> obstacle() {
        try {
            if (!Capability.NET_ADMIN.isHeld()) {
                return Optional.of(RIGHTS);
            }
            for (IpFamily family : IpFamily.values()) {
                Optional<String> missing = Iptables.unreadable(family);
                if (missing.isPresent()) {
                    return missing.map(what -> "there are rules that cannot be read: " + what);
                }
            }
        } catch (IOException _) {
            // the kernel will say so
        }
        return Optional.empty();
    }

    /// Some chains have the same name in several modes: each is listed once.
    private static void add(String mode, List<KernelObject> objects, List<Left> left) {
        for (KernelObject object : objects) {
            if (left.stream().noneMatch(known -> known.isAlso(object))) {
                left.add(new Left(mode, object.where(), object.name(), object.content()));
            }
        }
    }

    private record Left(String mode, String where, String name, List<String> content) {
        boolean isAlso(KernelObject object) {
            return where.equals(object.where()) && name.equals(object.name());
        }
    }

    private record Answer(List<Left> leftovers) implements OutputFormat.Answer {
        @Override
        public Object document() {
            return this;
        }

        @Override
        public TextTable table() {
            TextTable table = new TextTable("MODE", "WHERE", "NAME", "LINES");
            leftovers.forEach(left ->
                    table.add(
                            left.mode,
                            left.where,
                            left.name,
                            Integer.toString(left.content.size())));
            return table;
        }

        @Override
        public String text() {
            StringBuilder text = new StringBuilder();
            for (Left left : leftovers) {
                text.append("- ").append(left.where).append(' ').append(left.name).append('\n');
                left.content.forEach(line -> text.append("    - ").append(line).append('\n'));
            }
            return text.append(leftovers.isEmpty() ? "nothing" : leftovers.size() + " objects")
                    .append(" to remove\n")
                    .toString();
        }
    }
}
