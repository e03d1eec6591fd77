package dev.swivel.lab.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The real daemon as a process of its own on a node, on the Java runtime and class path of this
/// process.
public final class SwivelProcess {
    /// As the distribution's launcher has them (deploy/src/dist/bin/swivel).
    private static final List<String> RUNTIME_FLAGS =
            List.of(
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseCompactObjectHeaders",
                    "-Xss512k",
                    "-XX:-UsePerfData",
                    "-Xms24m",
                    "-Xmn3m",
                    "-XX:MinHeapFreeRatio=5",
                    "-XX:MaxHeapFreeRatio=10",
                    "-XX:-ShrinkHeapInSteps",
                    "--enable-native-access=ALL-UNNAMED");

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
    public static List<String> command() {
        List<String> argv = new ArrayList<>();
        argv.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        argv.addAll(RUNTIME_FLAGS);
        argv.addAll(
                List.of("-cp", System.getProperty("java.class.path"), "dev.swivel.daemon.Main"));
        return argv;
    }
}
