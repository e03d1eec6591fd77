package dev.swivel.userspace.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swivel.core.fixture.Sample;
import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.Endpoint;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.LocalTraffic;
import dev.swivel.core.model.Protocol;
import dev.swivel.core.model.ResolvedService;
import dev.swivel.userspace.pool.Pool;
import dev.swivel.userspace.pool.PoolDefaults;
import dev.swivel.userspace.pool.ServicePools;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ServiceRoutesTest {
    private static final String IP = "10.96.0.10";
    private static final String VIP = "203.0.113.10";
    private static final IpAddress POD = IpAddress.of("10.244.1.9");
    private static final SourcePolicy BY_CIDR =
            new SourcePolicy(new LocalTraffic.FromCidr(Cidr.of("10.244.1.0/24")), false, List.of());
    private static final SourcePolicy UNKNOWN =
            new SourcePolicy(LocalTraffic.UNKNOWN, false, List.of());

    private final RouteTable table = new RouteTable();
    private final ServiceRoutes routes =
            new ServiceRoutes(
                    IpFamily.IPV4,
                    table,
                    new ServicePools(new SimpleMeterRegistry(), PoolDefaults.STANDARD));

    private @Nullable Route to(String address, int port, Way way) {
        return table.route(
                new Arrival(Protocol.TCP, POD, 40000, IpAddress.of(address), port, way, 64));
    }

    private Pool pool(String address, int port, Way way) {
        Route route = to(address, port, way);
        assertThat(route).isNotNull();
        return route.pool();
    }

    private SourceMode source(String address, int port, Way way) {
        Route route = to(address, port, way);
        assertThat(route).isNotNull();
        return route.source().of(POD, new Endpoint(IpAddress.of("10.244.1.5"), 8080, true));
    }

    private void put(SourcePolicy policy, Sample service) {
        assertThat(routes.put(service.build(), policy)).isEmpty();
    }

    private static Sample everywhere() {
        return Sample.tcp("demo/web")
                .clusterIp(IP, 80)
                .vip(VIP, 80)
                .nodePort(30080)
                .cluster("10.244.1.5:8080", "10.244.2.5:8080");
    }

    @Test
    void clusterIpsKeepTheAddressOfLocalTrafficOnly() {
        put(BY_CIDR, everywhere());
        assertThat(source(IP, 80, Way.LOCAL_POD)).isEqualTo(SourceMode.KEEP);
        assertThat(source(IP, 80, Way.NODE)).isEqualTo(SourceMode.MASQUERADE);
        assertThat(source(IP, 80, Way.ELSEWHERE)).isEqualTo(SourceMode.MASQUERADE);
        put(UNKNOWN, everywhere());
        for (Way way : Way.values()) {
            assertThat(source(IP, 80, way)).isEqualTo(SourceMode.KEEP);
        }
        put(new SourcePolicy(LocalTraffic.UNKNOWN, true, List.of()), everywhere());
        for (Way way : Way.values()) {
            assertThat(source(IP, 80, way)).isEqualTo(SourceMode.MASQUERADE);
        }
    }

    @Test
    void externalAddressesAreMasqueradedUnderPolicyCluster() {
        put(UNKNOWN, everywhere());
        for (Way way : Way.values()) {
            assertThat(source(VIP, 80, way)).isEqualTo(SourceMode.MASQUERADE);
            assertThat(source("10.128.0.2", 30080, way)).isEqualTo(SourceMode.MASQUERADE);
        }
    }

    @Test
    void policyLocalKeepsAddressesAndHasTheShortCircuit() {
        put(BY_CIDR, everywhere().local("10.244.1.5:8080").externalLocal());
        assertThat(source(VIP, 80, Way.LOCAL_POD)).isEqualTo(SourceMode.KEEP);
        assertThat(source(VIP, 80, Way.NODE)).isEqualTo(SourceMode.MASQUERADE);
        assertThat(source(VIP, 80, Way.ELSEWHERE)).isEqualTo(SourceMode.KEEP);
        Pool all = pool(IP, 80, Way.ELSEWHERE);
        assertThat(pool(VIP, 80, Way.LOCAL_POD)).isSameAs(all);
        assertThat(pool(VIP, 80, Way.NODE)).isSameAs(all);
        assertThat(pool(VIP, 80, Way.ELSEWHERE)).isNotSameAs(all);
        assertThat(pool("10.128.0.2", 30080, Way.ELSEWHERE)).isSameAs(pool(VIP, 80, Way.ELSEWHERE));
    }

    @Test
    void withoutLocalEndpointsOthersHaveNoRoute() {
        put(BY_CIDR, everywhere().externalLocal());
        assertThat(to(VIP, 80, Way.LOCAL_POD)).isNotNull();
        assertThat(to(VIP, 80, Way.NODE)).isNotNull();
        assertThat(to(VIP, 80, Way.ELSEWHERE)).isNull();
    }

    @Test
    void aPodThatReachesItselfIsMasqueraded() {
        put(BY_CIDR, everywhere());
        Route route = to(IP, 80, Way.LOCAL_POD);
        assertThat(route).isNotNull();
        assertThat(route.source().of(POD, new Endpoint(POD, 8080, true)))
                .isEqualTo(SourceMode.MASQUERADE);
    }

    @Test
    void whoseAnswerWouldGoPastThisNodeIsMasqueraded() {
        put(
                new SourcePolicy(LocalTraffic.UNKNOWN, false, List.of(Cidr.of("10.244.1.0/24"))),
                everywhere());
        Route route = to(IP, 80, Way.LOCAL_POD);
        assertThat(route).isNotNull();
        SourceChoice source = route.source();
        Endpoint near = new Endpoint(IpAddress.of("10.244.1.5"), 8080, true);
        Endpoint far = new Endpoint(IpAddress.of("10.244.2.5"), 8080, false);
        assertThat(source.of(POD, near)).isEqualTo(SourceMode.MASQUERADE);
        assertThat(source.of(POD, far)).isEqualTo(SourceMode.KEEP);
        assertThat(source.of(IpAddress.of("192.0.2.1"), near)).isEqualTo(SourceMode.KEEP);
    }

    @Test
    void addressesGoBeforeNodePorts() {
        put(BY_CIDR, Sample.tcp("demo/a").nodePort(30080).cluster("10.244.1.5:8080"));
        put(
                BY_CIDR,
                Sample.tcp("demo/b").externalIp("10.128.0.2", 30080).cluster("10.244.1.5:8080"));
        assertThat(pool("10.128.0.2", 30080, Way.NODE))
                .isNotSameAs(pool("10.128.0.3", 30080, Way.NODE));
    }

    @Test
    void whatIsNotServedHasNoRoute() {
        put(BY_CIDR, Sample.tcp("demo/web").clusterIp(IP, 80));
        assertThat(to(IP, 80, Way.LOCAL_POD)).isNull();
        assertThat(to("250.0.0.1", 61601, Way.LOCAL_POD)).isNull();
    }

    @Test
    void whatIsGoneHasARouteUntilItIsTrimmed() {
        ResolvedService before = everywhere().build();
        ResolvedService after =
                Sample.tcp("demo/web").clusterIp(IP, 80).cluster("10.244.1.5:8080").build();
        put(BY_CIDR, everywhere());
        assertThat(routes.put(after, BY_CIDR)).isEmpty();
        assertThat(to(VIP, 80, Way.NODE)).isNotNull();
        routes.trim(List.of(before), List.of(after));
        assertThat(to(VIP, 80, Way.NODE)).isNull();
        assertThat(to(IP, 80, Way.NODE)).isNotNull();
        routes.trim(List.of(after), List.of());
        assertThat(to(IP, 80, Way.NODE)).isNull();
    }

    @Test
    void anAddressThatChangesHandsStaysServed() {
        Sample loser = Sample.tcp("demo/a").clusterIp(IP, 80).cluster("10.244.1.5:8080");
        Sample winner = Sample.tcp("demo/b").clusterIp(IP, 80).cluster("10.244.1.6:8080");
        put(BY_CIDR, loser);
        Pool old = pool(IP, 80, Way.NODE);
        put(BY_CIDR, winner);
        routes.trim(List.of(loser.build()), List.of(winner.build()));
        assertThat(pool(IP, 80, Way.NODE)).isNotSameAs(old);
        routes.retain(List.of(winner.build()));
        assertThat(to(IP, 80, Way.NODE)).isNotNull();
    }
}
