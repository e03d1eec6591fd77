package dev.swivel.daemon;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The command as a process of its own.
record SwivelRun(int exitCode, String output) {
    static SwivelRun of(Path directory, String... arguments) throws Exception {
        Path output = Files.createTempFile(directory, "swivel", ".log");
        return finish(command(arguments).redirectOutput(output.toFile()), output);
    }

    /// What it says on standard error while its standard output goes to a file of another kind.
    static SwivelRun into(Path target, Path directory, String... arguments) throws Exception {
        Path errors = Files.createTempFile(directory, "swivel", ".err");
        return finish(
                command(arguments)
                        .redirectErrorStream(false)
                        .redirectOutput(target.toFile())
                        .redirectError(errors.toFile()),
                errors);
    }

    private static SwivelRun finish(ProcessBuilder command, Path output) throws Exception {
        Process process = command.start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("did not end: " + Files.readString(output));
        }
        return new SwivelRun(process.exitValue(), Files.readString(output));
    }

    private static ProcessBuilder command(String... arguments) {
        List<String> argv = new ArrayList<>();
        argv.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        argv.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        argv.addAll(List.of("-cp", System.getProperty("java.class.path")));
        argv.add("dev.swivel.daemon.Main");
        argv.addAll(List.of(arguments));
        return new ProcessBuilder(argv).redirectErrorStream(true);
    }
}
