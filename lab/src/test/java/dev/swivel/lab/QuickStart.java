package dev.swivel.lab;

import dev.swivel.lab.bench.TrainCommand;
import dev.swivel.lab.cluster.SwivelProcess;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/// Lets the daemons of these tests, some hundreds, start from an AOT cache, as users' do. The first
/// process of a build makes it, if all modules are jars (`mvn verify`) and this is root.
public final class QuickStart implements LauncherSessionListener {
    private static final Path CACHE = Path.of("target", "swivel-tests.aot").toAbsolutePath();

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        Path[] jars =
                Stream.of(SwivelProcess.classPath().split(File.pathSeparator, -1))
                        .map(Path::of)
                        .toArray(Path[]::new);
        try {
            if (hasDaemon(jars) && Stream.of(jars).allMatch(Files::isRegularFile) && isRoot()) {
                prepare(jars);
                System.setProperty(SwivelProcess.AOT_CACHE, CACHE.toString());
            }
        } catch (IOException e) {
            System.err.println("daemons start without an AOT cache, slower: " + e.getMessage());
        }
    }

    /// Maven looks for tests in its own process, too, with its own class path.
    private static boolean hasDaemon(Path[] jars) {
        return Stream.of(jars).anyMatch(jar -> jar.getFileName().toString().startsWith("daemon-"));
    }

    private static boolean isRoot() throws IOException {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    }

    private static void prepare(Path[] jars) throws IOException {
        try (var _ = BuildLock.take(CACHE.resolveSibling("swivel-tests.lock"))) {
            if (!isNewerThan(jars)) {
                Files.deleteIfExists(CACHE);
                if (new TrainCommand(CACHE).call() != 0) {
                    throw new IOException("the daemon could not be run once for an AOT cache");
                }
            }
        }
    }

    private static boolean isNewerThan(Path[] jars) throws IOException {
        if (!Files.exists(CACHE)) {
            return false;
        }
        for (Path jar : jars) {
            if (Files.getLastModifiedTime(jar).compareTo(Files.getLastModifiedTime(CACHE)) > 0) {
                return false;
            }
        }
        return true;
    }
}
