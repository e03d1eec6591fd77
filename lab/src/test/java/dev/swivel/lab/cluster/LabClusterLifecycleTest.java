package dev.swivel.lab.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.swivel.linux.exec.Command;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A cluster leaves nothing behind, however it ends.
final class LabClusterLifecycleTest {
    @TempDir Path logs;

    @BeforeAll
    static void root() throws Exception {
        Root.required();
    }

    @Test
    void afterCloseNothingIsLeft() throws Exception {
        long before = threadsInOtherNamespaces(); // of earlier tests in this process
        var cluster =
                LabCluster.builder()
                        .pod(PodSpec.on("node-1", "web-1").tcp(8080).udp(5353))
                        .pod(PodSpec.on("node-2", "host-1").tcp(8081).onHostNetwork())
                        .start();
        var daemon = sleeping(cluster.node("node-1"), logs);
        var inPod = sleeping(cluster.pod("web-1"), logs);
        assertThat(namespacesOf(cluster.prefix())).hasSize(5);
        assertThat(threadsInOtherNamespaces()).isGreaterThan(before);

        cluster.close();
        cluster.close();

        assertThat(namespacesOf(cluster.prefix())).isEmpty();
        assertThat(daemon.isAlive()).isFalse();
        assertThat(inPod.isAlive()).isFalse();
        await().atMost(Duration.ofSeconds(10)).until(() -> threadsInOtherNamespaces() <= before);
        assertThat(Path.of("/run/swivel-lab", cluster.prefix())).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Web", "web 1", "web\nnetns delete x", "-web", "web."})
    void aNameThatIsNoDnsLabelIsRefused(String name) {
        assertThatThrownBy(() -> PodSpec.on("node-1", name))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aClusterThatCannotBeBuiltLeavesNothing() throws Exception {
        var builder =
                LabCluster.builder()
                        .pod(PodSpec.on("node-1", "web-1").tcp(8080).onHostNetwork())
                        .pod(PodSpec.on("node-1", "web-2").tcp(8080).onHostNetwork());

        assertThatThrownBy(builder::start).hasMessageContaining("web-2");

        assertThat(namespacesOf(builder.prefix())).isEmpty();
        assertThat(Path.of("/run/swivel-lab", builder.prefix())).doesNotExist();
    }

    @Test
    void aPrefixIsTakenOnceAndTwoClustersRunSideBySide() throws Exception {
        var prefix = "lab-fixed-" + ProcessHandle.current().pid();
        try (var one = LabCluster.builder().prefix(prefix).pod(web()).start();
                var two = LabCluster.builder().pod(web()).start()) {
            assertThatThrownBy(() -> LabCluster.builder().prefix(prefix).start())
                    .isInstanceOf(FileAlreadyExistsException.class);
            for (var cluster : List.of(one, two)) {
                var answer = cluster.node("node-2").tcp("192.168.1.11", 8080).run();
                assertThat(answer.orThrow().pod()).isEqualTo("web-1");
            }
        }
    }

    @Test
    void aPodCanBeAddedAndRemovedWhileTheClusterRuns() throws Exception {
        try (var cluster = LabCluster.builder().nodes(1).pod(web()).start()) {
            var added = cluster.addPod(PodSpec.on("node-1", "web-2").tcp(8080));
            var probe = cluster.pod("web-1").tcp("192.168.1.12", 8080);
            assertThat(probe.run().orThrow().pod()).isEqualTo("web-2");

            cluster.removePod("web-2");

            assertThat(probe.run().answered()).isFalse();
            assertThat(namespacesOf(added.namespace())).isEmpty();
            assertThatThrownBy(() -> cluster.pod("web-2")).hasMessageContaining("web-2");
        }
    }

    @Test
    void theNextOneRemovesWhatAKilledProcessLeft() throws Exception {
        var victim = startVictim();
        try (var output = lines(victim)) {
            var prefix = output.readLine();
            long sleeper = Long.parseLong(output.readLine());
            assertThat(namespacesOf(prefix)).hasSize(4);

            victim.destroyForcibly().waitFor();
            assertThat(namespacesOf(prefix)).hasSize(4);
            LabCluster.removeLeftovers();

            assertThat(namespacesOf(prefix)).isEmpty();
            assertThat(Path.of("/run/swivel-lab", prefix)).doesNotExist();
            await().atMost(Duration.ofSeconds(5))
                    .until(() -> ProcessHandle.of(sleeper).map(p -> !p.isAlive()).orElse(true));
        } finally {
            victim.destroyForcibly().waitFor();
            LabCluster.removeLeftovers();
        }
    }

    @Test
    void aTerminatedProcessRemovesItsClusterItself() throws Exception {
        var victim = startVictim();
        try (var output = lines(victim)) {
            var prefix = output.readLine();
            assertThat(output.readLine()).isNotNull();

            victim.destroy();
            victim.waitFor();

            assertThat(namespacesOf(prefix)).isEmpty();
            assertThat(Path.of("/run/swivel-lab", prefix)).doesNotExist();
        } finally {
            victim.destroyForcibly().waitFor();
            LabCluster.removeLeftovers();
        }
    }

    /// Builds a cluster, prints its prefix and the id of a process in it, and waits to be killed.
    static final class Victim {
        private Victim() {}

        public static void main(String[] args) throws Exception {
            var cluster = LabCluster.builder().pod(web()).nodes(1).start();
            var daemon = sleeping(cluster.node("node-1"), Path.of(args[0]));
            System.out.println(cluster.prefix());
            System.out.println(daemon.pid());
            Thread.currentThread().join();
        }
    }

    private Process startVictim() throws Exception {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Victim.class.getName(),
                        logs.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static BufferedReader lines(Process process) {
        return new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    private static PodSpec web() {
        return PodSpec.on("node-1", "web-1").tcp(8080);
    }

    private static Daemon sleeping(Machine machine, Path logs) throws Exception {
        return machine.spawn(
                List.of("sleep", "600"), Map.of(), logs.resolve(machine.name() + ".log"));
    }

    private static List<String> namespacesOf(String prefix) throws Exception {
        return Command.of("ip", "netns", "list")
                .run()
                .text()
                .lines()
                .filter(line -> line.startsWith(prefix))
                .toList();
    }

    /// Threads as the kernel lists them, of which virtual threads are no part.
    private static long threadsInOtherNamespaces() throws Exception {
        var own = Files.readSymbolicLink(Path.of("/proc/self/ns/net"));
        try (var tasks = Files.list(Path.of("/proc/self/task"))) {
            return tasks.filter(task -> !namespaceOf(task, own).equals(own)).count();
        }
    }

    /// A thread that has ended meanwhile is nowhere else.
    private static Path namespaceOf(Path task, Path otherwise) {
        try {
            return Files.readSymbolicLink(task.resolve("ns/net"));
        } catch (IOException _) {
            return otherwise;
        }
    }
}
