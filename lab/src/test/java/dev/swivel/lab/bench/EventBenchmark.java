package dev.swivel.lab.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.LocalTraffic;
import dev.swivel.core.model.NodePortAddresses;
import dev.swivel.core.model.NodeView;
import dev.swivel.core.model.ResolvedService;
import dev.swivel.core.model.ServiceName;
import dev.swivel.core.resolve.ServiceResolver;
import dev.swivel.core.track.ClusterTracker;
import dev.swivel.core.watch.ClusterEvent;
import dev.swivel.core.watch.Kind;
import dev.swivel.core.watch.decode.Decoder;
import dev.swivel.core.watch.decode.ObjectFeed;
import dev.swivel.iptables.render.Delta;
import dev.swivel.iptables.render.Layout;
import dev.swivel.iptables.render.Programmed;
import dev.swivel.netfilter.rule.Chain;
import dev.swivel.netfilter.rule.Rule;
import dev.swivel.netfilter.rule.RuleText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.pcollections.HashPMap;
import org.pcollections.HashTreePMap;

/// What the daemon itself does for one changed EndpointSlice of 10 endpoints, from the JSON of the
/// watch to the text of the rules: everything but waiting and the kernel. Run by `make jmh`.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {
            "-Xmx1g",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseCompactObjectHeaders"
        })
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class EventBenchmark {
    private static final int ENDPOINTS = 10;
    private static final NodeView NODE =
            new NodeView(
                    "node-1",
                    Optional.empty(),
                    List.of(),
                    LocalTraffic.UNKNOWN,
                    NodePortAddresses.ALL,
                    List.of(),
                    false);

    @Param({"100", "1000", "5000", "10000", "30000"})
    public int services;

    private final ObjectMapper json = new ObjectMapper();
    private final ClusterTracker tracker = new ClusterTracker();
    private final ObjectFeed feed = new ObjectFeed(new Decoder("node-1", true), this::track);
    private final Programmed programmed = new Programmed(layout());
    private final List<String> versions = new ArrayList<>();
    private HashPMap<ServiceName, ResolvedService> state = HashTreePMap.empty();
    private int turn;

    private static Layout layout() {
        return new Layout(
                        IpFamily.IPV4,
                        14,
                        false,
                        true,
                        true,
                        true,
                        List.of(),
                        LocalTraffic.UNKNOWN,
                        NodePortAddresses.ALL,
                        false)
                .with(NODE);
    }

    private void track(ClusterEvent event) {
        switch (event) {
            case ClusterEvent.ServiceChanged(var service) -> {
                boolean _ = tracker.serviceChanged(service);
            }
            case ClusterEvent.SliceChanged(var slice) -> {
                boolean _ = tracker.sliceChanged(slice);
            }
            default -> throw new IllegalStateException(event.toString());
        }
    }

    @Setup
    public void fill() {
        SyntheticObjects objects = new SyntheticObjects(new Size(services, ENDPOINTS), 1);
        for (int i = 0; i < services; i++) {
            feed.put(Kind.SERVICE, objects.service(i));
            feed.put(Kind.SLICE, objects.slice(i, 0));
        }
        String text = advance();
        if (text.lines().count() < (long) services * ENDPOINTS) {
            throw new IllegalStateException("not all is rendered");
        }
        for (int version = 1; version <= 2; version++) {
            versions.add(objects.slice(services / 2, version).toString());
        }
    }

    @Benchmark
    public String event() throws IOException {
        turn++;
        feed.put(Kind.SLICE, json.readTree(versions.get(turn % 2)));
        return advance();
    }

    private String advance() {
        List<Programmed.Step> steps = new ArrayList<>();
        for (ServiceName name : tracker.takeDirty().keySet()) {
            Optional<ResolvedService> before = Optional.ofNullable(state.get(name));
            Optional<ResolvedService> after =
                    tracker.service(name)
                            .flatMap(service ->
                                    ServiceResolver.resolve(
                                            service,
                                            tracker.slices(name),
                                            IpFamily.IPV4,
                                            NODE,
                                            tracker::ownedBy));
            state = state.plus(name, after.orElseThrow());
            steps.add(new Programmed.Step(before, after));
        }
        return text(programmed.update(steps));
    }

    private static String text(Delta delta) {
        StringBuilder text = new StringBuilder();
        for (Chain chain : delta.written()) {
            for (Rule rule : chain.rules()) {
                text.append(RuleText.append(chain.name(), rule)).append('\n');
            }
        }
        return text.toString();
    }
}
