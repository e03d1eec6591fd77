package dev.swivel.linux.iptables;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.swivel.linux.IpFamily;
import dev.swivel.linux.exec.Command;
import dev.swivel.linux.exec.CommandException;
import dev.swivel.linux.exec.Output;
import dev.swivel.linux.exec.Programs;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// The installed programs: `iptables-nft-restore` and the like, or plain `iptables-restore` where
/// only that is there and it is of the wanted flavour.
final class IptablesPrograms implements Iptables {
    static final Set<String> TABLES = Set.of("filter", "nat", "mangle", "raw", "security");
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final int LOCK_WAIT_SECONDS = 5;
    private static final String LOCK_FILE = "XTABLES_LOCKFILE";
    private static final String USUAL_LOCK_FILE = "/run/xtables.lock";

    /// For a program whose lock we hold already: a file that nobody else locks, and that is
    /// everywhere.
    private static final String NO_LOCK_FILE = "/dev/null";

    private final IpFamily family;
    private final Flavour flavour;
    private final Map<String, String> environment;
    private final String stem;
    private final IptablesVersion version;
    private boolean exclusive;

    private IptablesPrograms(
            IpFamily family,
            Flavour flavour,
            Map<String, String> environment,
            String stem,
            IptablesVersion version) {
        this.family = family;
        this.flavour = flavour;
        this.environment = Map.copyOf(environment);
        this.stem = stem;
        this.version = version;
    }

    static IptablesPrograms open(IpFamily family, Flavour flavour, Map<String, String> environment)
            throws CommandException {
        String plain = plainStem(family);
        String stem = plain + "-" + flavour.label();
        if (Programs.find(stem).isEmpty()) {
            IptablesVersion version = version(plain);
            if (version.flavour() == flavour) {
                return new IptablesPrograms(family, flavour, environment, plain, version);
            }
        }
        return new IptablesPrograms(family, flavour, environment, stem, version(stem));
    }

    /// What plain `iptables` is on this machine; empty if it is not installed.
    static Optional<IptablesVersion> plainVersion(IpFamily family) throws CommandException {
        String plain = plainStem(family);
        return Programs.find(plain).isEmpty() ? Optional.empty() : Optional.of(version(plain));
    }

    /// What to tell an operator who has no program of that family, of whatever flavour; empty if
    /// one is installed.
    static Optional<String> missing(IpFamily family) {
        String plain = plainStem(family);
        boolean installed =
                Stream.of("", "-nft", "-legacy")
                        .anyMatch(suffix -> Programs.find(plain + suffix).isPresent());
        return installed ? Optional.empty() : Optional.of(Programs.remedy(plain));
    }

    private static String plainStem(IpFamily family) {
        return family == IpFamily.IPV4 ? "iptables" : "ip6tables";
    }

    private static IptablesVersion version(String program) throws CommandException {
        Command command = Command.of(program, "--version");
        Output output = command.run();
        return IptablesVersion.parse(output.text())
                .orElseThrow(() ->
                        new CommandException(
                                command.line() + ": cannot read '" + output.text() + "'",
                                command.arguments(),
                                output.exitCode(),
                                output.stderr()));
    }

    @Override
    public IpFamily family() {
        return family;
    }

    @Override
    public Flavour flavour() {
        return flavour;
    }

    @Override
    public IptablesVersion version() {
        return version;
    }

    @Override
    public void restore(Script script) throws CommandException {
        List<String> arguments =
                version.atLeast(1, 6, 2)
                        ? List.of(
                                stem + "-restore",
                                "-w",
                                Integer.toString(LOCK_WAIT_SECONDS),
                                "--noflush")
                        : List.of(stem + "-restore", "--noflush");
        try {
            Command command = command(arguments).withInput(stdin -> feed(script, stdin));
            var _ = (exclusive ? command.withEnvironment(LOCK_FILE, NO_LOCK_FILE) : command).run();
        } catch (CommandException e) {
            StringBuilder text = new StringBuilder();
            script.writeTo(text::append);
            throw RestoreFailure.of(e, text.toString());
        }
    }

    private static void feed(Script script, OutputStream stdin) throws IOException {
        try (Writer writer = new OutputStreamWriter(stdin, UTF_8)) {
            script.writeTo(piece -> {
                try {
                    writer.append(piece);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public Exclusive exclusive() throws IOException {
        if (flavour == Flavour.NFT || !version.atLeast(1, 8, 8)) {
            return () -> {};
        }
        XtablesLock lock =
                XtablesLock.take(Path.of(lockFile()), Duration.ofSeconds(LOCK_WAIT_SECONDS));
        exclusive = true;
        return () -> {
            exclusive = false;
            lock.release();
        };
    }

    private String lockFile() {
        String inherited = System.getenv().getOrDefault(LOCK_FILE, USUAL_LOCK_FILE);
        return environment.getOrDefault(LOCK_FILE, inherited);
    }

    @Override
    public String save(String table) throws CommandException {
        return command(List.of(stem + "-save", "-t", checked(table))).run().text();
    }

    @Override
    public TableFingerprint fingerprint(String table) throws IOException {
        try (TableLook look = look(List.of(table))) {
            return look.fingerprints().values().iterator().next();
        }
    }

    @Override
    public TableLook look(List<String> tables) {
        List<String> names = tables.stream().map(IptablesPrograms::checked).toList();
        return switch (flavour) {
            case LEGACY -> new LegacyTables(family, names);
            case NFT -> new NftGeneration(names);
        };
    }

    private Command command(List<String> arguments) {
        return Command.of(arguments).withEnvironment(environment).withTimeout(TIMEOUT);
    }

    private static String checked(String table) {
        if (!TABLES.contains(table)) {
            throw new IllegalArgumentException(
                    "table: '" + table + "' (expected: one of " + TABLES + ")");
        }
        return table;
    }

    @Override
    public String toString() {
        return stem + " " + version;
    }
}
