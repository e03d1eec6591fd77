package dev.swivel.lab.demo;

import dev.swivel.lab.cluster.IptablesFlavour;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// A demo that stays standing: its pods answer from a process in the background, which the
/// terminal's Ctrl-C does not reach once the demo has been shown.
final class KeptDemo {
    private static final Path PID_FILE = Path.of("/run/swivel-lab/demo.pid");
    private static final String END_OF_SHOW = "--- the cluster stands ---";

    private KeptDemo() {}

    /// Runs the demo in a process of its own session and shows what it prints, up to the point
    /// where it only stands.
    static int start(IptablesFlavour flavour, DemoMode mode)
            throws IOException, InterruptedException {
        List<String> argv =
                new ArrayList<>(
                        List.of(
                                "setsid",
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString()));
        argv.addAll(
                List.of(
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED"));
        argv.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.swivel.lab.Main"));
        argv.addAll(
                List.of(
                        "demo",
                        "--stay",
                        "--iptables",
                        flavour.name().toLowerCase(Locale.ROOT),
                        "--mode",
                        mode.text()));
        Process process = new ProcessBuilder(argv).redirectErrorStream(true).start();
        Thread atInterrupt = new Thread(process::destroy);
        Runtime.getRuntime().addShutdownHook(atInterrupt);
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            String line = output.readLine();
            while (line != null && !line.equals(END_OF_SHOW)) {
                System.out.println(line);
                line = output.readLine();
            }
            Runtime.getRuntime().removeShutdownHook(atInterrupt);
            if (line == null) {
                return process.waitFor();
            }
            Files.createDirectories(PID_FILE.getParent());
            Files.writeString(PID_FILE, Long.toString(process.pid()));
            return 0;
        }
    }

    /// Prints how to look around, and that the show is over.
    static void announce(Paper paper, List<String> ways) {
        paper.heading("The cluster stands. Look around:");
        ways.forEach(way -> paper.line("  " + way));
        paper.line("");
        paper.line("Remove it with: make down");
        paper.line(END_OF_SHOW);
    }

    /// Ends a demo that stands, and waits until all of it is removed.
    ///
    /// @return whether there was one
    static boolean stop() throws IOException, InterruptedException {
        if (!Files.exists(PID_FILE)) {
            return false;
        }
        Optional<ProcessHandle> process =
                ProcessHandle.of(Long.parseLong(Files.readString(PID_FILE).strip()));
        Files.delete(PID_FILE);
        if (process.isEmpty() || !process.get().destroy()) {
            return false;
        }
        try {
            process.get().onExit().get(DemoCommand.REMOVAL.toSeconds(), TimeUnit.SECONDS);
        } catch (java.util.concurrent.ExecutionException
                | java.util.concurrent.TimeoutException e) {
            throw new IOException("the demo's process does not end: " + process.get().pid(), e);
        }
        return true;
    }
}
