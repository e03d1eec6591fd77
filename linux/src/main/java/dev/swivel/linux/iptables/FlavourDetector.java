package dev.swivel.linux.iptables;

import dev.swivel.linux.IpFamily;
import dev.swivel.linux.exec.CommandException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Finds out which flavour this node's rules are in, so that ours join them. Looks only: neither
/// legacy nor nft tables come into being by it.
///
/// In order: the flavour whose mangle table has a chain that kubelet makes for this very purpose
/// (KEP-3178), nft first; the flavour with more rules in nat and filter; what plain `iptables` is.
public final class FlavourDetector {
    private static final Pattern HINT =
            Pattern.compile("^:(KUBE-IPTABLES-HINT|KUBE-KUBELET-CANARY) ", Pattern.MULTILINE);
    private static final Pattern RULE = Pattern.compile("^-A ", Pattern.MULTILINE);
    private static final List<String> COUNTED = List.of("nat", "filter");

    private final Map<String, String> environment;

    /// What was found, and why, for the log.
    public record Detection(Flavour flavour, String reason) {}

    /// @param environment added to the environment of the programs
    public FlavourDetector(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /// Looks at the network namespace of the calling thread.
    ///
    /// @throws CommandException when no iptables program is installed
    public static Detection detect() throws IOException {
        return new FlavourDetector(Map.of()).look();
    }

    /// Like [#detect], with this detector's environment.
    public Detection look() throws IOException {
        for (Flavour flavour : List.of(Flavour.NFT, Flavour.LEGACY)) {
            Optional<String> hint = hint(flavour);
            if (hint.isPresent()) {
                return new Detection(flavour, "kubelet made " + hint.get() + " there");
            }
        }
        long legacy = rules(Flavour.LEGACY);
        long nft = rules(Flavour.NFT);
        if (legacy != nft) {
            return new Detection(
                    legacy > nft ? Flavour.LEGACY : Flavour.NFT,
                    "rules in nat and filter: legacy " + legacy + ", nft " + nft);
        }
        return plain();
    }

    private Detection plain() throws IOException {
        for (IpFamily family : IpFamily.values()) {
            Optional<IptablesVersion> version = IptablesPrograms.plainVersion(family);
            if (version.isPresent()) {
                return new Detection(version.get().flavour(), "plain iptables is " + version.get());
            }
        }
        // neither is there by its plain name; opening fails with the remedy if it has no other
        IptablesVersion nft =
                IptablesPrograms.open(IpFamily.IPV4, Flavour.NFT, environment).version();
        return new Detection(Flavour.NFT, "the only program is " + nft);
    }

    private Optional<String> hint(Flavour flavour) throws IOException {
        for (String text : peek(flavour, "mangle")) {
            var found = HINT.matcher(text);
            if (found.find()) {
                return Optional.of(found.group(1));
            }
        }
        return Optional.empty();
    }

    private long rules(Flavour flavour) throws IOException {
        long count = 0;
        for (String table : COUNTED) {
            for (String text : peek(flavour, table)) {
                count += RULE.matcher(text).results().count();
            }
        }
        return count;
    }

    /// The table's text in each family in which it can be read.
    ///
    /// @throws CommandException when it can be read in none
    private List<String> peek(Flavour flavour, String table) throws IOException {
        List<String> texts = new ArrayList<>();
        CommandException unreadable = null;
        for (IpFamily family : IpFamily.values()) {
            try {
                texts.add(peek(family, flavour, table));
            } catch (CommandException e) {
                unreadable = e;
            }
        }
        if (texts.isEmpty() && unreadable != null) {
            throw unreadable;
        }
        return texts;
    }

    /// The table's text; empty if there is no such table or no such program.
    private String peek(IpFamily family, Flavour flavour, String table) throws IOException {
        Set<String> legacy = flavour == Flavour.LEGACY ? LegacyTables.names(family) : Set.of(table);
        if (!legacy.contains(table)) {
            return "";
        }
        try {
            return IptablesPrograms.open(family, flavour, environment).save(table);
        } catch (CommandException e) {
            if (e.exitCode() == CommandException.NOT_FOUND || unsupported(e)) {
                return "";
            }
            throw e;
        }
    }

    /// A kernel without nf_tables, or without IPv6, has no rules of that kind.
    private static boolean unsupported(CommandException e) {
        return (e.stderr().contains("Could not fetch rule set generation id")
                        && !e.stderr().contains("Permission denied"))
                || e.stderr().contains("Protocol not supported")
                || e.stderr().contains("Address family not supported");
    }
}
