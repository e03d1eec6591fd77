package dev.swivel.lab.uml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UserModeLinuxTest {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private final UserModeLinux uml = new UserModeLinux().withMemory(512);

    private GuestResult run(String script) {
        try {
            return uml.run(GuestCommand.script(script), LIMIT);
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /// Guests that are not over: their command line names the folder of their command.
    private static List<Long> guests() {
        return ProcessHandle.allProcesses()
                .filter(p -> p.info().commandLine().orElse("").contains("swivel-uml-"))
                .filter(p ->
                        p.parent().map(q -> q.pid() == ProcessHandle.current().pid()).orElse(false))
                .map(ProcessHandle::pid)
                .toList();
    }

    @Test
    void givesOutputAndExitCode(@TempDir Path folder) throws Exception {
        List<String> heard = new ArrayList<>();
        GuestCommand command =
                new GuestCommand(
                        List.of(
                                "sh",
                                "-c",
                                "pwd; echo \"$NAME\"; echo oops >&2; printf end; exit 7"),
                        Map.of(),
                        folder);
        GuestResult result = uml.run(command.with("NAME", "it's \"me\" $x"), LIMIT, heard::add);
        assertThat(result.exitCode()).isEqualTo(7);
        assertThat(result.output().lines())
                .containsExactly(folder.toString(), "it's \"me\" $x", "oops", "end");
        assertThat(heard).containsExactlyElementsOf(result.output().lines().toList());
        assertThat(guests()).isEmpty();
    }

    @Test
    void whatItWritesStaysInside(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "before");
        GuestResult result =
                run(
                        "echo after > %1$s/file && echo new > %1$s/other && cat %1$s/file"
                                        .formatted(folder)
                                + " && touch /usr/swivel-was-here /run/swivel-was-here"
                                + " && ip netns add swivel-was-here && ip netns");
        assertThat(result.output()).isEqualTo("after\nswivel-was-here\n");
        assertThat(file).hasContent("before");
        for (String outside :
                List.of(folder + "/other", "/usr/swivel-was-here", "/run/swivel-was-here")) {
            assertThat(Path.of(outside)).doesNotExist();
        }
        assertThat(Path.of("/run/netns/swivel-was-here")).doesNotExist();
    }

    @Test
    void whatItWritesToASharedFolderArrives(@TempDir Path folder) throws Exception {
        Path shared = Files.createDirectory(folder.resolve("it's shared"));
        GuestResult result =
                uml.sharing(shared)
                        .run(
                                new GuestCommand(
                                        List.of("sh", "-c", "echo here > file; echo out > ../out"),
                                        Map.of(),
                                        shared),
                                LIMIT);
        assertThat(result.exitCode()).isZero();
        assertThat(shared.resolve("file")).hasContent("here");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void hasWhatSwivelNeeds() {
        GuestResult result =
                run(
                        """
                        set -e
                        ipvsadm -A -t 10.0.0.1:80 -s mh
                        ip link add kube-ipvs0 type dummy
                        ip link add veth0 type veth peer name veth1
                        ip link add br0 type bridge
                        ip link add vx0 type vxlan id 1 dstport 4789
                        for kind in hash:ip hash:ip,port hash:ip,port,ip hash:ip,port,net hash:net; do
                            ipset create set-$kind $kind
                            ipset create set6-$kind $kind family inet6
                        done
                        ipset create ports bitmap:port range 0-65535
                        ipset create marks hash:ip,port skbinfo
                        for v in '' 6; do
                            for table in nat filter mangle raw; do ip${v}tables-legacy -t $table -L >/dev/null; done
                            ip${v}tables-legacy -t nat -A POSTROUTING -j MASQUERADE --random-fully
                            ip${v}tables-legacy -A INPUT -m ipvs --ipvs -m conntrack --ctstate NEW -m comment --comment x -j DROP
                            ip${v}tables-legacy -A FORWARD -m physdev --physdev-is-in -m addrtype --src-type LOCAL -j REJECT
                        done
                        iptables-legacy -t mangle -A PREROUTING -j SET --map-set marks dst,dst --map-mark
                        iptables-legacy -A INPUT -m set --match-set ports dst -m statistic --mode random --probability 0.5 -j ACCEPT
                        conntrack -L
                        cat /proc/sys/net/ipv4/vs/conntrack
                        grep -q SCTP /proc/net/protocols || modprobe sctp
                        """);
        assertThat(result.exitCode()).as(result.output()).isZero();
    }

    @Test
    void severalRunAtOnce() {
        List<CompletableFuture<GuestResult>> all =
                Stream.of("one", "two", "three")
                        .map(name -> CompletableFuture.supplyAsync(() -> run("echo " + name)))
                        .toList();
        assertThat(all.stream().map(CompletableFuture::join).map(GuestResult::output))
                .containsExactly("one\n", "two\n", "three\n");
    }

    @Test
    void aCommandThatTakesTooLongIsEnded() throws Exception {
        GuestResult result =
                uml.run(GuestCommand.script("echo begun; exec sleep 1000"), Duration.ofSeconds(2));
        assertThat(result).isEqualTo(new GuestResult(124, "begun\n"));
    }

    /// Not a kernel, for once: two processes that hang.
    @Test
    void aGuestThatHangsIsKilledWithAllItsProcesses(@TempDir Path folder) {
        Path pids = folder.resolve("pids");
        List<String> hang =
                List.of(
                        "setsid",
                        "sh",
                        "-c",
                        "sleep 1000 & echo $! > %1$s; echo $$ >> %1$s; echo hanging; wait"
                                .formatted(pids));
        assertThatThrownBy(() ->
                        new Guest(hang, folder, Optional.empty())
                                .run(Duration.ofSeconds(1), _ -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("user-mode Linux did not end in 1 s")
                .hasMessageContaining("hanging");
        assertThat(pids).content().matches("(\\d+\n){2}");
        await().atMost(Duration.ofSeconds(10))
                .until(() ->
                        Files.readAllLines(pids).stream()
                                .noneMatch(pid -> Files.exists(Path.of("/proc", pid, "exe"))));
    }

    @Test
    void aKernelThatDiesUnderTheCommandIsToldOf() {
        assertThatThrownBy(() ->
                        uml.run(
                                GuestCommand.script("echo c > /proc/sysrq-trigger; sleep 100"),
                                LIMIT))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("user-mode Linux died under the command")
                .hasMessageContaining("swivel-uml: begin");
        assertThat(guests()).isEmpty();
    }
}
