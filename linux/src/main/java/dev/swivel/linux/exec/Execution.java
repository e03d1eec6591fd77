package dev.swivel.linux.exec;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// One run of a command: three streams and a deadline.
final class Execution {
    private static final int STDERR_LIMIT = 64 * 1024;

    private final Command command;
    private final Path program;
    private final long deadline;

    Execution(Command command, Path program) {
        this.command = command;
        this.program = program;
        this.deadline = System.nanoTime() + command.timeout().toNanos();
    }

    Output run() throws CommandException {
        Process process = start();
        try {
            var stdout = async("stdout", () -> process.getInputStream().readAllBytes());
            var stderr = async("stderr", () -> readBounded(process.getErrorStream()));
            var stdin = async("stdin", () -> write(process.getOutputStream(), command.input()));
            byte[] out = stdout.get(remaining(), TimeUnit.NANOSECONDS);
            String err = stderr.get(remaining(), TimeUnit.NANOSECONDS);
            boolean _ = stdin.get(remaining(), TimeUnit.NANOSECONDS);
            if (!process.waitFor(remaining(), TimeUnit.NANOSECONDS)) {
                throw new TimeoutException();
            }
            return new Output(process.exitValue(), out, err);
        } catch (TimeoutException e) {
            throw failed("not done after " + command.timeout(), CommandException.TIMED_OUT, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed("interrupted", CommandException.IO_FAILED, e);
        } catch (ExecutionException e) {
            throw failed("lost contact: " + e.getCause(), CommandException.IO_FAILED, e);
        } finally {
            if (process.isAlive()) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        }
    }

    private Process start() throws CommandException {
        List<String> arguments = new ArrayList<>(command.arguments());
        arguments.set(0, program.toString());
        ProcessBuilder builder = new ProcessBuilder(arguments);
        builder.environment().putAll(command.environment());
        try {
            return builder.start();
        } catch (IOException e) {
            throw failed("cannot start: " + e.getMessage(), CommandException.IO_FAILED, e);
        }
    }

    private CommandException failed(String why, int code, Exception cause) {
        return new CommandException(
                command.line() + ": " + why, command.arguments(), code, "", cause);
    }

    private long remaining() {
        return Math.max(0, deadline - System.nanoTime());
    }

    /// A program may exit without reading all of its input; its exit code tells more than the
    /// broken pipe.
    private static boolean write(OutputStream stdin, Command.Input input) {
        try (stdin) {
            input.writeTo(stdin);
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    private static String readBounded(InputStream stderr) throws IOException {
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        byte[] chunk = new byte[8192];
        for (int n = stderr.read(chunk); n >= 0; n = stderr.read(chunk)) {
            kept.write(chunk, 0, Math.min(n, STDERR_LIMIT - kept.size()));
        }
        return kept.toString(UTF_8).strip();
    }

    private interface Reading<T> {
        T get() throws IOException;
    }

    private <T> CompletableFuture<T> async(String stream, Reading<T> reading) {
        CompletableFuture<T> future = new CompletableFuture<>();
        Thread _ =
                Thread.ofVirtual()
                        .name(command.program() + "-" + stream)
                        .start(() -> {
                            try {
                                future.complete(reading.get());
                            } catch (IOException | RuntimeException e) {
                                future.completeExceptionally(e);
                            }
                        });
        return future;
    }
}
