package dev.swivel.lab.scenario.sent;

import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.Protocol;
import dev.swivel.lab.cluster.LabCluster;
import dev.swivel.lab.cluster.Machine;
import dev.swivel.lab.scenario.Cast;
import dev.swivel.lab.scenario.Cast.Role;
import dev.swivel.lab.scenario.Expected;
import dev.swivel.lab.scenario.Expected.Source;
import dev.swivel.lab.scenario.Outcome;
import dev.swivel.lab.scenario.SentPacket;
import dev.swivel.lab.traffic.Probe;
import dev.swivel.lab.traffic.ProbeResult;
import dev.swivel.lab.traffic.ProbeResult.Answered;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// Sends one kind of packet until it is known what becomes of it.
final class PacketCheck {
    /// Long enough for any answer on one machine. TCP probes wait for a second SYN on their own
    /// account before they say that nobody refused them.
    private static final Duration SILENCE = Duration.ofMillis(250);

    private static final int PER_ENDPOINT = 4;
    private static final int MOST = 400;

    private final Cast cast;
    private final LabCluster cluster;
    private final SentPacket packet;
    private final boolean refusing;

    /// @param refusing whether the node refuses what goes to a Service's address and is no
    ///   Service's: mode ipvs makes the addresses the node's own
    PacketCheck(Cast cast, LabCluster cluster, SentPacket packet, boolean refusing) {
        this.refusing = refusing;
        this.cast = cast;
        this.cluster = cluster;
        this.packet = packet;
    }

    /// What is wrong; empty if nothing is.
    Optional<String> run() {
        return switch (packet.expected()) {
            case Expected.Served served -> served(served);
            case Expected.Refused _ -> all(probe(), 1);
            case Expected.Dropped _ -> all(probe().within(SILENCE), 1);
            case Expected.Untouched _ -> untouched(probe().within(SILENCE).run());
        };
    }

    private Probe probe() {
        Machine from = machine();
        InetAddress to = packet.to().toInetAddress();
        Probe probe =
                packet.protocol() == Protocol.UDP
                        ? from.udp(to, packet.port())
                        : from.tcp(to, packet.port());
        if (packet.fromPort() == 0) {
            return probe;
        }
        InetAddress own = cast.member(packet.from()).address(packet.family()).toInetAddress();
        return probe.boundTo(new InetSocketAddress(own, packet.fromPort()));
    }

    private Machine machine() {
        return switch (cast.member(packet.from()).role()) {
            case NODE -> cluster.node(packet.from());
            case POD, HOST_NETWORK_POD -> cluster.pod(packet.from());
            case OUTSIDE -> cluster.outside();
        };
    }

    private Optional<String> all(Probe probe, int count) {
        Set<Outcome> outcomes = new HashSet<>();
        for (int i = 0; i < count; i++) {
            ProbeResult result = probe.run();
            Optional<Outcome> outcome = outcome(result, Optional.empty());
            if (outcome.isEmpty()) {
                return Optional.of("expected " + packet.expected() + ", but: " + result);
            }
            outcomes.add(outcome.get());
        }
        return Outcome.verify(packet.expected(), outcomes);
    }

    /// Sends until every endpoint was seen, and some more in case that another one turns up.
    private Optional<String> served(Expected.Served expected) {
        Probe probe = probe();
        int least =
                packet.fromPort() != 0
                        ? 2
                        : PER_ENDPOINT * (expected.sticks() ? 2 : expected.endpoints().size());
        Set<Outcome> outcomes = new HashSet<>();
        Optional<String> wrong = Optional.of("nothing was sent");
        for (int sent = 1; sent <= MOST; sent++) {
            ProbeResult result = probe.run();
            Optional<Outcome> outcome = outcome(result, expected.source());
            if (outcome.isEmpty() || !(outcome.get() instanceof Outcome.Reached)) {
                return Optional.of("expected to be served, but: " + result);
            }
            outcomes.add(outcome.get());
            wrong = Outcome.verify(expected, outcomes);
            boolean enough = wrong.isEmpty() || packet.fromPort() != 0;
            if (sent >= least && enough) {
                break;
            }
        }
        return wrong;
    }

    private Optional<Outcome> outcome(ProbeResult result, Optional<Source> wanted) {
        return switch (result) {
            case Answered answer -> {
                InetSocketAddress local = answer.greeting().local();
                yield Optional.of(
                        new Outcome.Reached(
                                IpAddress.of(local.getAddress()),
                                local.getPort(),
                                source(answer, wanted)));
            }
            case ProbeResult.Refused() -> Optional.of(new Outcome.Refused());
            case ProbeResult.TimedOut(boolean connected) ->
                    connected ? Optional.empty() : Optional.of(new Outcome.Dropped());
            case ProbeResult.Reset _, ProbeResult.Failed _ -> Optional.empty();
        };
    }

    /// What a node sends with its own address may be both, kept and masqueraded: then it is what is
    /// wanted.
    private Source source(Answered answer, Optional<Source> wanted) {
        IpAddress peer = IpAddress.of(answer.peerSeen().getAddress());
        boolean node = cast.addressesOf(capturingNode(), packet.family()).contains(peer);
        boolean kept = answer.sourceKept();
        if (node && kept) {
            return wanted.orElse(Source.NODE);
        }
        return node ? Source.NODE : Source.KEPT;
    }

    /// Where the packet becomes a service's.
    private String capturingNode() {
        Optional<String> addressed =
                cast.member(packet.to())
                        .filter(member -> member.role() == Role.NODE)
                        .map(Cast.Member::node);
        String own = cast.member(packet.from()).node();
        return addressed.orElseGet(
                () -> own.isEmpty() ? cast.nodeFor(packet.to()).orElseThrow() : own);
    }

    /// A packet to a machine is that machine's to answer or to refuse; others go nowhere. In no
    /// case may somebody else answer, or may a refusal come for an address that nobody has.
    private Optional<String> untouched(ProbeResult result) {
        boolean toMachine = packet.to().isLoopback() || cast.member(packet.to()).isPresent();
        boolean right =
                switch (result) {
                    case Answered answer ->
                            toMachine
                                    && answer.sourceKept()
                                    && IpAddress.of(answer.greeting().local().getAddress())
                                            .equals(packet.to())
                                    && answer.greeting().local().getPort() == packet.port();
                    case ProbeResult.Refused() -> toMachine || refusing;
                    case ProbeResult.TimedOut(boolean connected) -> !connected;
                    case ProbeResult.Failed _ -> true;
                    case ProbeResult.Reset _ -> false;
                };
        return right ? Optional.empty() : Optional.of("expected to be left alone, but: " + result);
    }
}
