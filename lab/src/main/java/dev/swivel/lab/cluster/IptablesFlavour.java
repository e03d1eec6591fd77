package dev.swivel.lab.cluster;

import dev.swivel.linux.exec.CommandException;
import dev.swivel.linux.exec.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// Which of the two iptables programs the lab's own rules are made with.
public enum IptablesFlavour {
    NFT("iptables-nft-restore", "ip6tables-nft-restore"),
    LEGACY("iptables-legacy-restore", "ip6tables-legacy-restore");

    private final String ipv4Restore;
    private final String ipv6Restore;

    IptablesFlavour(String ipv4Restore, String ipv6Restore) {
        this.ipv4Restore = ipv4Restore;
        this.ipv6Restore = ipv6Restore;
    }

    /// The program that reads rules, for each family.
    DualStack<String> restore() {
        return new DualStack<>(ipv4Restore, ipv6Restore);
    }

    /// Makes a folder in which the plain names (`iptables`, `ip6tables-save`, ...) mean this
    /// flavour, as they do on a node that has one only: kube-proxy goes by them. For the head of a
    /// `PATH`.
    ///
    /// @param folder made if it is not there
    public Path plainNames(Path folder) throws IOException {
        String program = "xtables-" + name().toLowerCase(Locale.ROOT) + "-multi";
        Path target =
                Programs.find(program)
                        .orElseThrow(() ->
                                new CommandException(
                                        Programs.remedy(program),
                                        List.of(program),
                                        CommandException.NOT_FOUND,
                                        ""));
        Files.createDirectories(folder);
        for (String family : List.of("iptables", "ip6tables")) {
            for (String tool : List.of("", "-save", "-restore")) {
                Path link = folder.resolve(family + tool);
                if (!Files.exists(link)) {
                    Files.createSymbolicLink(link, target);
                }
            }
        }
        return folder;
    }
}
