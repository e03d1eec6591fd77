package dev.swivel.userspace.render;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swivel.core.fixture.Sample;
import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.Protocol;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ServiceElementsTest {
    private static final String IP = "10.96.0.10";
    private static final String VIP = "203.0.113.10";
    private static final Layout LAYOUT =
            Layout.of(IpFamily.IPV4, 14, false, true).with(Sample.node(IpFamily.IPV4), 61601);

    private static Set<Element> elements(Sample service) {
        return ServiceElements.of(LAYOUT, service.build());
    }

    private static Element at(CaptureSet set, String address, int port) {
        return new Element.IpPort(set, IpAddress.of(address), Protocol.TCP, port);
    }

    private static Element at(CaptureSet set, int port) {
        return new Element.AnyPort(set, Protocol.TCP, port);
    }

    private static Element from(CaptureSet set, String address, int port, String source) {
        return new Element.IpPortNet(
                set, IpAddress.of(address), Protocol.TCP, port, Cidr.of(source));
    }

    @Test
    void everyKindOfAddressIsOneElement() {
        assertThat(
                        elements(
                                Sample.tcp("demo/web")
                                        .clusterIp(IP, 80)
                                        .externalIp("198.51.100.1", 80)
                                        .vip(VIP, 80)
                                        .nodePort(30080)
                                        .cluster("10.244.1.5:8080", "10.244.2.5:8080")))
                .containsExactlyInAnyOrder(
                        at(CaptureSet.ADDRESS, IP, 80),
                        at(CaptureSet.ADDRESS, "198.51.100.1", 80),
                        at(CaptureSet.ADDRESS, VIP, 80),
                        at(CaptureSet.NODE_PORT, 30080));
    }

    @Test
    void withoutEndpointsEverythingIsRejected() {
        assertThat(elements(Sample.tcp("demo/web").clusterIp(IP, 80).vip(VIP, 80).nodePort(30080)))
                .containsExactlyInAnyOrder(
                        at(CaptureSet.REJECT, IP, 80),
                        at(CaptureSet.REJECT, VIP, 80),
                        at(CaptureSet.NODE_PORT_REJECT, 30080));
    }

    @Test
    void policyLocalWithoutLocalEndpointsLeavesTheWayOfThisNode() {
        assertThat(
                        elements(
                                Sample.tcp("demo/web")
                                        .clusterIp(IP, 80)
                                        .vip(VIP, 80)
                                        .nodePort(30080)
                                        .externalLocal()
                                        .cluster("10.244.2.5:8080")))
                .containsExactlyInAnyOrder(
                        at(CaptureSet.ADDRESS, IP, 80),
                        at(CaptureSet.ADDRESS, VIP, 80),
                        at(CaptureSet.DROP, VIP, 80),
                        at(CaptureSet.NODE_PORT, 30080),
                        at(CaptureSet.NODE_PORT_DROP, 30080));
        assertThat(
                        elements(
                                Sample.tcp("demo/web")
                                        .clusterIp(IP, 80)
                                        .internalLocal()
                                        .cluster("10.244.2.5:8080")))
                .containsExactly(at(CaptureSet.DROP, IP, 80));
    }

    @Test
    void sourceRangesAdmitSomeAndTheNodeIfItIsAmongThem() {
        assertThat(
                        elements(
                                Sample.tcp("demo/web")
                                        .vip(VIP, 80)
                                        .only("192.0.2.0/24")
                                        .cluster("10.1.1.1:8080")))
                .containsExactlyInAnyOrder(
                        at(CaptureSet.RESTRICTED, VIP, 80),
                        from(CaptureSet.ADMITTED, VIP, 80, "192.0.2.0/24"));
        assertThat(
                        elements(
                                Sample.tcp("demo/web")
                                        .vip(VIP, 80)
                                        .only("10.128.0.0/16")
                                        .cluster("10.1.1.1:8080")))
                .contains(
                        from(CaptureSet.ADMITTED, VIP, 80, "10.128.0.0/16"),
                        from(CaptureSet.ADMITTED, VIP, 80, VIP + "/32"));
        assertThat(elements(Sample.tcp("demo/web").vip(VIP, 80).only("192.0.2.0/24")))
                .containsExactlyInAnyOrder(
                        at(CaptureSet.RESTRICTED, VIP, 80),
                        from(CaptureSet.INFORMED, VIP, 80, "192.0.2.0/24"),
                        at(CaptureSet.REJECT, VIP, 80));
    }

    @Test
    void sctpIsRejected() {
        assertThat(
                        elements(
                                Sample.port("demo/web", Protocol.SCTP)
                                        .clusterIp(IP, 80)
                                        .nodePort(30080)
                                        .cluster("10.244.1.5:8080")))
                .containsExactlyInAnyOrder(
                        new Element.IpPort(CaptureSet.REJECT, IpAddress.of(IP), Protocol.SCTP, 80),
                        new Element.AnyPort(CaptureSet.NODE_PORT_REJECT, Protocol.SCTP, 30080));
    }

    @Test
    void healthCheckPortsAreLetIn() {
        assertThat(elements(Sample.tcp("demo/web").healthCheck(32000)))
                .containsExactly(at(CaptureSet.HEALTH_CHECK, 32000));
    }
}
