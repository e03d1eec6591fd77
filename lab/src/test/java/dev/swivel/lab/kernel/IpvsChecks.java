package dev.swivel.lab.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.swivel.linux.IpFamily;
import dev.swivel.linux.ipvs.Destination;
import dev.swivel.linux.ipvs.Forwarding;
import dev.swivel.linux.ipvs.Frontend;
import dev.swivel.linux.ipvs.Ipvs;
import dev.swivel.linux.ipvs.IpvsChange;
import dev.swivel.linux.ipvs.IpvsChangesException;
import dev.swivel.linux.ipvs.RealServer;
import dev.swivel.linux.ipvs.RealServerState;
import dev.swivel.linux.ipvs.Scheduler;
import dev.swivel.linux.ipvs.Timeouts;
import dev.swivel.linux.ipvs.VirtualServer;
import dev.swivel.linux.ipvs.VirtualServerState;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IpvsChecks {
    private static final Frontend WEB = new Frontend.AddressPort(6, ip("10.0.0.1"), 80);
    private static final RealServer REAL = RealServer.masqueraded(ip("10.1.0.1"), 8080);

    private OwnNamespace namespace;
    private Ipvs ipvs;

    @BeforeEach
    void create() throws IOException {
        namespace = OwnNamespace.create();
        ipvs = namespace.namespace().call(Ipvs::open);
    }

    @AfterEach
    void remove() {
        ipvs.close();
        namespace.close();
    }

    private static InetAddress ip(String text) {
        return InetAddress.ofLiteral(text);
    }

    private static VirtualServer web() {
        return VirtualServer.of(WEB, Scheduler.ROUND_ROBIN);
    }

    private void apply(IpvsChange... changes) throws IOException {
        ipvs.apply(List.of(changes));
    }

    private String ipvsadm() throws IOException {
        return namespace.run("ipvsadm", "-Sn").strip();
    }

    @Test
    void everyKindOfVirtualServerComesBackAsItWasMade() throws IOException {
        List<VirtualServer> servers =
                List.of(
                        web(),
                        VirtualServer.of(
                                        new Frontend.AddressPort(17, ip("fd00::1"), 53),
                                        Scheduler.ROUND_ROBIN)
                                .withFlags(VirtualServer.ONE_PACKET),
                        VirtualServer.of(
                                        new Frontend.AddressPort(132, ip("10.0.0.1"), 9000),
                                        Scheduler.SOURCE_HASH)
                                .withFlags(VirtualServer.SCHEDULER_FLAG_2)
                                .persistent(Duration.ofHours(3)),
                        VirtualServer.of(
                                new Frontend.Mark(77, IpFamily.IPV4),
                                Scheduler.WEIGHTED_ROUND_ROBIN),
                        new VirtualServer(
                                new Frontend.Mark(77, IpFamily.IPV6),
                                Scheduler.MAGLEV_HASH,
                                VirtualServer.PERSISTENT,
                                Duration.ofSeconds(100),
                                64),
                        new VirtualServer(
                                new Frontend.Mark(-2, IpFamily.IPV4),
                                Scheduler.LEAST_CONNECTIONS,
                                VirtualServer.PERSISTENT,
                                Duration.ofSeconds(100),
                                24));
        for (VirtualServer server : servers) {
            apply(new IpvsChange.AddServer(server));
            assertThat(ipvs.server(server.frontend()).orElseThrow().server()).isEqualTo(server);
        }
        assertThat(ipvs.servers())
                .extracting(VirtualServerState::server)
                .containsExactlyInAnyOrderElementsOf(servers);
        assertThat(ipvsadm().lines())
                .containsExactlyInAnyOrder(
                        "-A -t 10.0.0.1:80 -s rr",
                        "-A -u [fd00::1]:53 -s rr -o",
                        "-A --sctp-service 10.0.0.1:9000 -s sh -p 10800 -b sh-port",
                        "-A -f 77 -s wrr",
                        "-A -f 77 -6 -s mh -p 100 -M 64",
                        "-A -f -2 -s lc -p 100 -M 255.255.255.0");
        for (VirtualServer server : servers) {
            apply(new IpvsChange.DeleteServer(server.frontend()));
            assertThat(ipvs.server(server.frontend())).isEmpty();
        }
        assertThat(ipvs.serversWithReal()).isEmpty();
    }

    @Test
    void realServersComeAndChangeAndGo() throws IOException {
        RealServer limited =
                new RealServer(
                        new Destination(ip("10.1.0.2"), 8080), Forwarding.DIRECT, 3, 100, 50);
        apply(
                new IpvsChange.AddServer(web()),
                new IpvsChange.AddReal(WEB, REAL),
                new IpvsChange.AddReal(WEB, limited));
        assertThat(ipvs.realServers(WEB))
                .extracting(RealServerState::server)
                .containsExactlyInAnyOrder(REAL, limited);
        assertThat(ipvs.realServers(WEB)).allMatch(RealServerState::isIdle);
        assertThat(ipvsadm().lines())
                .contains(
                        "-a -t 10.0.0.1:80 -r 10.1.0.1:8080 -m -w 1",
                        "-a -t 10.0.0.1:80 -r 10.1.0.2:8080 -g -w 3");
        apply(new IpvsChange.SetReal(WEB, REAL.withWeight(0)));
        assertThat(ipvs.realServers(WEB))
                .extracting(RealServerState::server)
                .contains(REAL.withWeight(0));
        apply(new IpvsChange.DeleteReal(WEB, REAL.destination()));
        assertThat(ipvs.serversWithReal().getFirst().realServers())
                .extracting(RealServerState::server)
                .containsExactly(limited);
    }

    @Test
    void aVirtualServerChangesInPlace() throws IOException {
        apply(new IpvsChange.AddServer(web()), new IpvsChange.AddReal(WEB, REAL));
        VirtualServer changed =
                web().withScheduler(Scheduler.SOURCE_HASH).persistent(Duration.ofMinutes(1));
        apply(new IpvsChange.SetServer(changed));
        assertThat(ipvs.server(WEB).orElseThrow().server()).isEqualTo(changed);
        apply(new IpvsChange.SetServer(web()));
        assertThat(ipvs.server(WEB).orElseThrow().server()).isEqualTo(web());
        assertThat(ipvs.realServers(WEB)).hasSize(1);
    }

    @Test
    void readsWhatTheProgramMade() throws IOException {
        namespace.run("ipvsadm", "-A", "-t", "[fd00::1]:443", "-s", "wlc", "-p", "360");
        namespace.run(
                "ipvsadm", "-a", "-t", "[fd00::1]:443", "-r", "[fd00:1::2]:8443", "-m", "-w", "5");
        VirtualServerState state = ipvs.serversWithReal().getFirst();
        var frontend = new Frontend.AddressPort(6, ip("fd00::1"), 443);
        assertThat(state.server())
                .isEqualTo(
                        VirtualServer.of(frontend, new Scheduler("wlc"))
                                .persistent(Duration.ofMinutes(6)));
        assertThat(state.realServers().getFirst().server())
                .isEqualTo(RealServer.masqueraded(ip("fd00:1::2"), 8443).withWeight(5));
    }

    @Test
    void eachRefusalNamesItsChange() throws IOException {
        var gone = new Frontend.AddressPort(6, ip("10.0.0.2"), 80);
        List<IpvsChange> changes =
                List.of(
                        new IpvsChange.AddServer(web()),
                        new IpvsChange.AddServer(web()),
                        new IpvsChange.DeleteServer(gone),
                        new IpvsChange.AddReal(gone, REAL),
                        new IpvsChange.AddReal(WEB, REAL),
                        new IpvsChange.AddReal(WEB, REAL),
                        new IpvsChange.DeleteReal(WEB, new Destination(ip("10.1.0.9"), 8080)),
                        new IpvsChange.SetServer(web().withScheduler(new Scheduler("nonesuch"))),
                        new IpvsChange.SetReal(WEB, REAL.withWeight(7)));
        var e = catchThrowableOfType(IpvsChangesException.class, () -> ipvs.apply(changes));
        assertThat(e.failures())
                .extracting(IpvsChangesException.Failure::index)
                .containsExactly(1, 2, 3, 5, 6, 7);
        assertThat(e.failures())
                .extracting(failure -> failure.error().getMessage())
                .containsExactly(
                        "ipvs: add virtual server TCP 10.0.0.1:80 rr: it exists already (EEXIST)",
                        "ipvs: delete virtual server TCP 10.0.0.2:80: no such virtual server"
                                + " (ESRCH)",
                        "ipvs: add real server 10.1.0.1:8080 weight 1 MASQUERADE to TCP 10.0.0.2:80:"
                                + " no such virtual server (ESRCH)",
                        "ipvs: add real server 10.1.0.1:8080 weight 1 MASQUERADE to TCP 10.0.0.1:80:"
                                + " it exists already (EEXIST)",
                        "ipvs: delete real server 10.1.0.9:8080 of TCP 10.0.0.1:80: no such real"
                                + " server (ENOENT)",
                        "ipvs: change virtual server TCP 10.0.0.1:80 nonesuch: the kernel has no"
                                + " IPVS scheduler 'nonesuch'; try: modprobe ip_vs_nonesuch"
                                + " (ENOENT)");
        assertThat(e).hasMessageStartingWith("6 of 9 changes refused: ipvs: add virtual server");
        assertThat(e.failures().get(1).isMissing()).isTrue();
        assertThat(e.failures().get(4).isMissing()).isTrue();
        assertThat(e.failures().get(5).isMissing()).isFalse();
        assertThat(e.failures().get(5).isSchedulerMissing()).isTrue();
        assertThat(ipvs.realServers(WEB).getFirst().server().weight()).isEqualTo(7);
        assertThat(ipvs.realServers(gone)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"rr", "wrr", "lc", "wlc", "dh", "sh", "mh", "sed", "nq", "lblc", "lblcr"})
    void everySchedulerCanBeUsed(String name) throws IOException {
        assertThat(ipvs.probe(new Scheduler(name))).isEmpty();
        assertThat(ipvs.servers()).isEmpty();
    }

    @Test
    void tellsWhichSchedulerTheKernelLacks() throws IOException {
        assertThat(ipvs.probe(new Scheduler("twos")))
                .contains("the kernel has no IPVS scheduler 'twos'; try: modprobe ip_vs_twos");
    }

    @Test
    void aTrialOfASchedulerStaysClearOfVirtualServers() throws IOException {
        namespace.run("ipvsadm", "-A", "-t", "198.51.100.0:20000", "-s", "rr");
        assertThat(ipvs.probe(Scheduler.ROUND_ROBIN)).isEmpty();
        assertThat(ipvsadm()).isEqualTo("-A -t 198.51.100.0:20000 -s rr");
    }

    @Test
    void versionAndTimeouts() throws IOException {
        assertThat(Ipvs.probe()).isEmpty();
        assertThat(ipvs.info().version()).matches("1\\.\\d+\\.\\d+");
        Timeouts before = ipvs.timeouts();
        ipvs.setTimeouts(new Timeouts(Duration.ofSeconds(901), Duration.ZERO, Duration.ZERO));
        assertThat(ipvs.timeouts())
                .isEqualTo(new Timeouts(Duration.ofSeconds(901), before.tcpFin(), before.udp()));
    }

    @Test
    void manyChangesAtOnce() throws IOException {
        int servers = 300;
        int reals = 10;
        List<IpvsChange> changes = new ArrayList<>();
        for (int i = 0; i < servers; i++) {
            Frontend frontend =
                    new Frontend.AddressPort(6, ip("10.0." + i / 250 + "." + i % 250), 80);
            changes.add(
                    new IpvsChange.AddServer(VirtualServer.of(frontend, Scheduler.ROUND_ROBIN)));
            for (int j = 1; j <= reals; j++) {
                changes.add(
                        new IpvsChange.AddReal(
                                frontend, RealServer.masqueraded(ip("10.1.0." + j), 8080)));
            }
        }
        long start = System.nanoTime();
        ipvs.apply(changes);
        Duration applied = Duration.ofNanos(System.nanoTime() - start);
        start = System.nanoTime();
        List<VirtualServerState> all = ipvs.serversWithReal();
        Duration read = Duration.ofNanos(System.nanoTime() - start);
        System.out.printf(
                "%d changes: %d ms; read back: %d ms%n",
                changes.size(), applied.toMillis(), read.toMillis());
        assertThat(all).hasSize(servers).allMatch(s -> s.realServers().size() == reals);
        assertThat(applied).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void aThousandRequestsOneByOne() throws IOException {
        apply(new IpvsChange.AddServer(web()), new IpvsChange.AddReal(WEB, REAL));
        long start = System.nanoTime();
        for (int i = 0; i < 1000; i++) {
            apply(new IpvsChange.SetReal(WEB, REAL.withWeight(i)));
        }
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        System.out.printf("1000 requests one by one: %d ms%n", took.toMillis());
        assertThat(ipvs.realServers(WEB).getFirst().server().weight()).isEqualTo(999);
        assertThat(took).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void countsConnections() throws Exception {
        namespace.run("ip", "addr", "add", "10.0.0.1/32", "dev", "lo");
        try (ServerSocket server =
                namespace.namespace().call(() -> new ServerSocket(0, 50, ip("127.0.0.1")))) {
            RealServer real = RealServer.masqueraded(ip("127.0.0.1"), server.getLocalPort());
            apply(new IpvsChange.AddServer(web()), new IpvsChange.AddReal(WEB, real));
            var clients = new ArrayList<Socket>();
            for (int i : IntStream.range(0, 3).toArray()) {
                Socket client = namespace.namespace().call(() -> new Socket());
                namespace
                        .namespace()
                        .run(() -> client.connect(new InetSocketAddress(ip("10.0.0.1"), 80), 5000));
                clients.add(client);
                assertThat(ipvs.realServers(WEB).getFirst().activeConnections()).isEqualTo(i + 1);
            }
            assertThat(ipvs.realServers(WEB).getFirst().isIdle()).isFalse();
            // the kernel sums up every 2 seconds
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> {
                        VirtualServerState state = ipvs.serversWithReal().getFirst();
                        assertThat(state.statistics().connections()).isEqualTo(3);
                        assertThat(state.realServers().getFirst().statistics().incomingPackets())
                                .isGreaterThanOrEqualTo(6);
                    });
            for (Socket client : clients) {
                client.close();
            }
        }
    }

    @Test
    void saysSoWhenItIsClosed() {
        ipvs.close();
        assertThatThrownBy(() -> ipvs.servers()).hasMessage("netlink socket is closed");
    }
}
