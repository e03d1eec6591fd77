package dev.swivel.lab.uml;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// What to run in a guest: a program with its arguments, and more environment than `PATH`.
public record GuestCommand(
        List<String> arguments, Map<String, String> environment, Path directory) {
    /// The exit code of a command that took too long.
    public static final int TIME_OVER = 124;

    public GuestCommand {
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
    }

    /// The program runs in the folder that the calling process is in.
    public static GuestCommand of(String... arguments) {
        return of(List.of(arguments));
    }

    /// Like [#of(String...)].
    public static GuestCommand of(List<String> arguments) {
        return new GuestCommand(arguments, Map.of(), Path.of("").toAbsolutePath());
    }

    /// A Java program with the runtime and the class path of this process.
    ///
    /// @param options for the virtual machine, such as `-Xmx512m`
    public static GuestCommand java(List<String> options, String mainClass, String... arguments) {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.add("--enable-native-access=ALL-UNNAMED");
        words.addAll(options);
        words.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
        words.addAll(List.of(arguments));
        return of(words);
    }

    /// A shell script.
    public static GuestCommand script(String text) {
        return of("sh", "-c", text);
    }

    /// With another variable in its environment.
    public GuestCommand with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(environment);
        more.put(name, value);
        return new GuestCommand(arguments, more, directory);
    }

    /// Runs it as a process of this machine, to its end or for as long as it may take.
    ///
    /// @param listener gets the lines of output, at the end
    public GuestResult runHere(Duration limit, Consumer<String> listener)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile("swivel-inner-", ".log");
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(arguments)
                            .directory(directory.toFile())
                            .redirectErrorStream(true)
                            .redirectInput(new File("/dev/null"))
                            .redirectOutput(output.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            boolean ended = process.waitFor(limit.toSeconds(), TimeUnit.SECONDS);
            if (!ended) {
                process.destroyForcibly().waitFor();
            }
            String said = Files.readString(output);
            said.lines().forEach(listener);
            return new GuestResult(ended ? process.exitValue() : TIME_OVER, said);
        } finally {
            Files.deleteIfExists(output);
        }
    }

    /// A shell script that runs the command and kills it when the time is over.
    String script(Duration limit) {
        List<String> words = new ArrayList<>(List.of("exec", "env"));
        environment.forEach((name, value) -> words.add(quote(name + "=" + value)));
        words.addAll(List.of("timeout", "-k", "5", Long.toString(limit.toSeconds())));
        arguments.forEach(argument -> words.add(quote(argument)));
        return "cd "
                + quote(directory.toString())
                + " || exit 1\n"
                + String.join(" ", words)
                + "\n";
    }

    private static String quote(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }
}
