package dev.swivel.linux.iptables;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.swivel.linux.IpFamily;
import dev.swivel.linux.exec.CommandException;
import dev.swivel.linux.nftables.NftTables;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// The iptables of one address family in one flavour, in the network namespace of the calling
/// thread. A port: [#open] gives the real one.
///
/// Tables are named as iptables names them: `filter`, `nat`, `mangle`, `raw`, `security`.
public interface Iptables {
    /// The real programs.
    ///
    /// @throws CommandException when they are not installed
    static Iptables open(IpFamily family, Flavour flavour) throws CommandException {
        return open(family, flavour, Map.of());
    }

    /// The real programs, with variables added to their environment. `XTABLES_LOCKFILE` names
    /// another lock file than `/run/xtables.lock`.
    ///
    /// @throws CommandException when they are not installed
    static Iptables open(IpFamily family, Flavour flavour, Map<String, String> environment)
            throws CommandException {
        return IptablesPrograms.open(family, flavour, environment);
    }

    /// What to tell an operator where the kernel holds tables of a family that no installed program
    /// can read; empty if there are none, or a program is there. Runs no program.
    static Optional<String> unreadable(IpFamily family) throws IOException {
        Optional<String> missing = IptablesPrograms.missing(family);
        boolean tables =
                !LegacyTables.names(family).isEmpty()
                        || NftTables.list().stream()
                                .anyMatch(table ->
                                        table.family() == family
                                                && IptablesPrograms.TABLES.contains(table.name()));
        return tables ? missing : Optional.empty();
    }

    IpFamily family();

    Flavour flavour();

    IptablesVersion version();

    /// `iptables-nft`, `ip6tables-legacy` and the like, also where the installed program has the
    /// plain name.
    default String name() {
        return (family() == IpFamily.IPV4 ? "iptables-" : "ip6tables-") + flavour().label();
    }

    /// Whether `MASQUERADE --random-fully` may be used: since 1.6.2.
    default boolean supportsRandomFully() {
        return version().atLeast(1, 6, 2);
    }

    /// Feeds a script to `iptables-restore --noflush`: chains and rules that it does not mention
    /// stay. In legacy, each table section is all or nothing by itself; in nft, each section too,
    /// in order, so an error in a later one leaves the earlier ones applied.
    ///
    /// @throws ResourceBusyException when the lock was not free within 5 seconds
    /// @throws RestoreException when the script was refused
    /// @throws CommandException when the program cannot be run
    void restore(Script script) throws CommandException;

    /// Like [#restore(Script)].
    default void restore(byte[] script) throws CommandException {
        restore(new String(script, UTF_8));
    }

    /// Like [#restore(Script)].
    default void restore(CharSequence script) throws CommandException {
        restore(out -> out.accept(script));
    }

    /// A script that is written while the program reads it: a large one need never be there as a
    /// whole.
    interface Script {
        /// Called on another thread, and a second time if the script was refused, to quote from it.
        ///
        /// @param out takes it piece by piece
        void writeTo(Consumer<CharSequence> out);
    }

    /// Keeps other legacy iptables programs from changing tables until it is closed, while
    /// [#restore] of this object, by the same thread, goes on. Does nothing in nft, whose kernel
    /// counts changes instead ([TableFingerprint.Nft]), and with programs older than 1.8.8, which
    /// cannot be told that the lock is held for them.
    ///
    /// @throws ResourceBusyException when the lock was not free within 5 seconds
    /// @throws IOException when there is no place for the lock's file
    Exclusive exclusive() throws IOException;

    /// See [#exclusive].
    interface Exclusive extends AutoCloseable {
        @Override
        void close();
    }

    /// The table as `iptables-save` prints it. In legacy this creates the table if it was not
    /// there.
    String save(String table) throws CommandException;

    /// See [TableFingerprint] for what it can and cannot tell.
    TableFingerprint fingerprint(String table) throws IOException;

    /// For those who ask for fingerprints again and again.
    TableLook look(List<String> tables);
}
