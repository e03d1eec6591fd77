package dev.swivel.lab.cluster;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The real daemon as a process of its own on a node, on the Java runtime and class path of this
/// process.
public final class SwivelProcess {
    /// The system property that names an AOT cache of this class path to start from.
    public static final String AOT_CACHE = "swivel.aot";

    /// The launcher's own (deploy/src/dist/lib).
    private static final String OPTIONS = "/java.options";

    private SwivelProcess() {}

    /// Starts it on a node, under the node's name.
    ///
    /// @param log what it prints is added to this file
    public static Daemon start(Node node, Path log, List<String> arguments) throws IOException {
        return start(node, log, List.of(), arguments);
    }

    /// Like [#start(Node, Path, List)], by way of another program.
    ///
    /// @param launcher that program with its arguments; it becomes the one that it is given as
    ///   further arguments
    public static Daemon start(Node node, Path log, List<String> launcher, List<String> arguments)
            throws IOException {
        List<String> argv = new ArrayList<>(launcher);
        argv.addAll(command());
        argv.add("--hostname-override=" + node.name());
        argv.addAll(arguments);
        return node.spawn(argv, Map.of(), log);
    }

    /// The command line without arguments.
    ///
    /// @param options more for the runtime, after the launcher's
    public static List<String> command(String... options) {
        List<String> argv = new ArrayList<>();
        argv.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        argv.addAll(runtimeFlags());
        argv.addAll(List.of(options));
        String cache = System.getProperty(AOT_CACHE, "");
        if (!cache.isEmpty()) {
            argv.addAll(List.of("-XX:AOTCache=" + cache, "-Xlog:aot=off", "-Xlog:cds=off"));
        }
        argv.addAll(List.of("-cp", classPath(), "dev.swivel.daemon.Main"));
        return argv;
    }

    /// What the distribution's launcher tells the Java runtime, whatever the machine.
    public static List<String> runtimeFlags() {
        try (InputStream in =
                Objects.requireNonNull(SwivelProcess.class.getResourceAsStream(OPTIONS))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith("-"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// That of this process but for folders of this module, which the daemon does not need: it can
    /// then start from an AOT cache, which only jars can be in.
    public static String classPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry ->
                        !entry.contains(File.separator + "lab" + File.separator + "target"))
                .collect(Collectors.joining(File.pathSeparator));
    }
}
