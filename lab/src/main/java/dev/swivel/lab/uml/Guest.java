package dev.swivel.lab.uml;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.swivel.linux.exec.Command;
import dev.swivel.linux.exec.CommandException;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One run of a guest: boots, talks on its console, and is gone at the end whatever happens.
final class Guest {
    private static final String BEGIN = "swivel-uml: begin";
    private static final String EXIT = "swivel-uml: exit ";
    private static final int CONSOLE_SHOWN = 20_000;

    private final List<String> arguments;
    private final Path memory;
    private final Optional<Path> preload;
    private final StringBuilder console = new StringBuilder();
    private final StringBuilder output = new StringBuilder();
    private boolean begun;
    private @Nullable Integer exitCode;

    /// @param memory the folder for the file that is the guest's memory
    /// @param preload a library to load into the guest's kernel
    Guest(List<String> arguments, Path memory, Optional<Path> preload) {
        this.arguments = arguments;
        this.memory = memory;
        this.preload = preload;
    }

    GuestResult run(Duration limit, Consumer<String> listener)
            throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(arguments)
                        .redirectErrorStream(true)
                        .redirectInput(new File("/dev/null"));
        builder.environment().put("TMPDIR", memory.toString());
        preload.ifPresent(library -> builder.environment().put("LD_PRELOAD", library.toString()));
        Process process = builder.start();
        Thread emergency = Thread.ofPlatform().unstarted(() -> kill(process));
        Runtime.getRuntime().addShutdownHook(emergency);
        try {
            Thread reader =
                    Thread.ofVirtual().name("uml-console").start(() -> read(process, listener));
            boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
            kill(process);
            reader.join();
            return result(ended, limit);
        } finally {
            kill(process);
            process.onExit().join();
            Runtime.getRuntime().removeShutdownHook(emergency);
        }
    }

    private void read(Process process, Consumer<String> listener) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                take(line, listener);
            }
        } catch (IOException _) {
            // it was killed
        }
    }

    private void take(String line, Consumer<String> listener) {
        console.append(line).append('\n');
        if (line.equals(BEGIN)) {
            begun = true;
        } else if (begun && exitCode == null) {
            int exit = line.indexOf(EXIT); // may follow output that ends without a new line
            String said = exit < 0 ? line + "\n" : line.substring(0, exit);
            output.append(said);
            if (!said.isEmpty()) {
                listener.accept(said.stripTrailing());
            }
            if (exit >= 0) {
                exitCode = Integer.valueOf(line.substring(exit + EXIT.length()).strip());
            }
        }
    }

    private GuestResult result(boolean ended, Duration limit) throws IOException {
        if (exitCode != null) {
            return new GuestResult(exitCode, output.toString());
        }
        String what =
                !ended
                        ? "user-mode Linux did not end in " + limit.toSeconds() + " s"
                        : begun
                                ? "user-mode Linux died under the command"
                                : "user-mode Linux did not boot";
        int from = Math.max(0, console.length() - CONSOLE_SHOWN);
        throw new IOException(what + "; its console said:\n" + console.substring(from));
    }

    /// All of its processes: a guest's processes are the host's as well.
    private static void kill(Process process) {
        try {
            var _ = Command.of("kill", "-KILL", "--", "-" + process.pid()).runAnyExit();
        } catch (CommandException _) {
            process.destroyForcibly();
        }
    }
}
