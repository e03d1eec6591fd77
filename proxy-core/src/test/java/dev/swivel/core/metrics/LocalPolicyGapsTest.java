package dev.swivel.core.metrics;

import static dev.swivel.core.resolve.ClusterFixture.WEB;
import static dev.swivel.core.resolve.ClusterFixture.entry;
import static dev.swivel.core.resolve.ClusterFixture.node;
import static dev.swivel.core.resolve.ClusterFixture.service;
import static dev.swivel.core.resolve.ClusterFixture.slice;
import static org.assertj.core.api.Assertions.assertThat;

import dev.swivel.core.model.Change;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.ProxyState;
import dev.swivel.core.model.ResolvedService;
import dev.swivel.core.model.Service;
import dev.swivel.core.resolve.ServiceResolver;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.pcollections.HashTreePMap;

class LocalPolicyGapsTest {
    private final LocalPolicyGaps gaps = new LocalPolicyGaps();

    @Test
    void countsPortsWhoseEndpointsAreAllElsewhereAndForgetsThem() {
        gaps.synced(state(true, "10.0.0.1 r"), Change.everything("start"));
        assertThat(gaps.internal()).isEqualTo(1);
        gaps.synced(state(true, "10.0.0.1 r"), Change.of(Set.of(WEB)));
        assertThat(gaps.internal()).as("the same once more").isEqualTo(1);
        gaps.synced(state(true, "10.0.0.1 r L"), Change.of(Set.of(WEB)));
        assertThat(gaps.internal()).isZero();
        gaps.synced(state(true, "10.0.0.1 r"), Change.of(Set.of(WEB)));
        gaps.synced(ProxyState.empty(IpFamily.IPV4, node("node-1", "")), Change.of(Set.of(WEB)));
        assertThat(gaps.internal()).as("a Service that is gone").isZero();
    }

    @Test
    void policyClusterIsNoGap() {
        gaps.synced(state(false, "10.0.0.1 r"), Change.everything("start"));
        assertThat(gaps.internal()).isZero();
        assertThat(gaps.external()).isZero();
    }

    private static ProxyState state(boolean internalLocal, String endpoint) {
        Service service = service(WEB, internalLocal, false, 0, "10.96.0.10");
        ResolvedService resolved =
                ServiceResolver.resolve(
                                service,
                                List.of(slice(WEB, "web-1", entry(endpoint))),
                                IpFamily.IPV4,
                                node("node-1", ""),
                                _ -> _ -> true)
                        .orElseThrow();
        return new ProxyState(
                IpFamily.IPV4, 1, node("node-1", ""), HashTreePMap.singleton(WEB, resolved));
    }
}
