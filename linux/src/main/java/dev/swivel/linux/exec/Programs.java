package dev.swivel.linux.exec;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/// Finds programs, and names the Debian package of one that is missing.
public final class Programs {
    /// Searched after PATH: unprivileged shells and slim images often leave the sbin folders out.
    private static final String USUAL_PLACES = "/usr/sbin:/sbin:/usr/bin:/bin";

    private Programs() {}

    /// The file of a program: the given path if the name has a slash, else the first hit in PATH
    /// and the usual folders.
    public static Optional<Path> find(String program) {
        if (program.contains("/")) {
            return Optional.of(Path.of(program)).filter(Files::isExecutable);
        }
        String path = System.getenv().getOrDefault("PATH", "") + ":" + USUAL_PLACES;
        return Stream.of(path.split(":"))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, program))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst();
    }

    /// What to tell an operator who lacks the program.
    public static String remedy(String program) {
        String name = program.substring(program.lastIndexOf('/') + 1);
        String message = "program '" + program + "' is not installed";
        return debianPackage(name)
                .map(p -> message + "; on Debian: apt-get install " + p)
                .orElse(message);
    }

    private static Optional<String> debianPackage(String program) {
        if (program.startsWith("iptables") || program.startsWith("ip6tables")) {
            return Optional.of("iptables");
        }
        return switch (program) {
            case "ip", "ss", "tc", "bridge" -> Optional.of("iproute2");
            case "ipset" -> Optional.of("ipset");
            case "conntrack" -> Optional.of("conntrack");
            case "nft" -> Optional.of("nftables");
            case "ipvsadm" -> Optional.of("ipvsadm");
            case "modprobe" -> Optional.of("kmod");
            case "sysctl" -> Optional.of("procps");
            case "ping" -> Optional.of("iputils-ping");
            case "tcpdump", "strace", "curl", "socat", "gcc" -> Optional.of(program);
            default -> Optional.empty();
        };
    }
}
