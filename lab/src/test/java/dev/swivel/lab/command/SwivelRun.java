package dev.swivel.lab.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.swivel.lab.cluster.SwivelProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// One run of the `swivel` command line to its end.
record SwivelRun(int exitCode, String out, String err) {
    /// @param prefix what stands before it: `ip netns exec NAME`, or nothing
    static SwivelRun of(List<String> prefix, String... arguments)
            throws IOException, InterruptedException {
        List<String> argv = new ArrayList<>(prefix);
        argv.addAll(SwivelProcess.command());
        argv.addAll(List.of(arguments));
        return run(argv);
    }

    static SwivelRun run(List<String> argv) throws IOException, InterruptedException {
        Path out = Files.createTempFile("swivel", ".out");
        Path err = Files.createTempFile("swivel", ".err");
        try {
            Process process =
                    new ProcessBuilder(argv)
                            .redirectOutput(out.toFile())
                            .redirectError(err.toFile())
                            .start();
            process.getOutputStream().close();
            if (!process.waitFor(120, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("still running after 120 s: " + argv);
            }
            return new SwivelRun(
                    process.exitValue(),
                    Files.readString(out, StandardCharsets.UTF_8),
                    Files.readString(err, StandardCharsets.UTF_8));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    JsonNode json() throws IOException {
        return new ObjectMapper().readTree(out);
    }
}
