package dev.swivel.core.watch.decode;

import static dev.swivel.core.watch.decode.Texts.cart;
import static org.assertj.core.api.Assertions.assertThat;

import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.Problem;
import dev.swivel.core.model.Protocol;
import dev.swivel.core.model.Service;
import dev.swivel.core.model.Service.Port;
import dev.swivel.core.model.ServiceName;
import dev.swivel.core.model.SourceRanges;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceDecodeTest {
    private final Decoder decoder = new Decoder("node-1", true);

    private Service served(io.fabric8.kubernetes.api.model.Service service) {
        return decoder.service(Texts.json(service)).value().orElseThrow();
    }

    private List<String> reasons(io.fabric8.kubernetes.api.model.Service service) {
        return decoder.service(Texts.json(service)).problems().stream()
                .map(Problem::reason)
                .toList();
    }

    @Test
    void plainServiceIsCutDown() {
        assertThat(served(cart()))
                .isEqualTo(
                        new Service(
                                new ServiceName("shop", "cart"),
                                Instant.parse("2026-01-02T03:04:05Z"),
                                List.of(IpAddress.of("10.96.0.10")),
                                List.of(new Port("http", Protocol.TCP, 80, 0)),
                                List.of(),
                                List.of(),
                                Map.of(IpFamily.IPV4, SourceRanges.ANYONE),
                                0,
                                false,
                                false,
                                0,
                                Map.of()));
        assertThat(reasons(cart())).isEmpty();
    }

    @Test
    void recordedNodePortService() {
        Service front = served(Texts.service(Texts.resource("service-nodeport.json")));
        assertThat(front.ports()).containsExactly(new Port("", Protocol.TCP, 80, 30080));
        assertThat(front.affinitySeconds()).isEqualTo(10800);
        assertThat(front.externalLocal()).isTrue();
        assertThat(front.healthCheckNodePort()).isZero();
    }

    @Test
    void recordedLoadBalancerService() {
        Service edge = served(Texts.service(Texts.resource("service-loadbalancer.json")));
        assertThat(edge.loadBalancerVips()).containsExactly(IpAddress.of("192.0.2.10"));
        assertThat(edge.sourceRanges())
                .containsExactly(
                        Map.entry(
                                IpFamily.IPV4,
                                new SourceRanges.Only(List.of(Cidr.of("203.0.113.0/24")))));
        assertThat(edge.healthCheckNodePort()).isEqualTo(57026);
        assertThat(edge.ports())
                .extracting(Port::protocol)
                .containsExactly(Protocol.TCP, Protocol.UDP);
    }

    @ParameterizedTest
    @ValueSource(strings = {"service-headless.json", "service-externalname.json"})
    void recordedServicesThatAreNotForProxiesAreNoProblem(String file) {
        Decoded<Service> decoded = decoder.service(Texts.json(Texts.service(Texts.resource(file))));
        assertThat(decoded.value()).isEmpty();
        assertThat(decoded.problems()).isEmpty();
    }

    @Test
    void serviceOfAnotherProxyIsSkippedWhateverTheLabelSays() {
        io.fabric8.kubernetes.api.model.Service service = cart();
        service.getMetadata().setLabels(Map.of("service.kubernetes.io/service-proxy-name", ""));
        assertThat(decoder.service(Texts.json(service)).value()).isEmpty();
        assertThat(reasons(service)).isEmpty();
    }

    @Test
    void externalNameWithAStaleClusterIpIsSkipped() {
        assertThat(decoder.service(Texts.json(cart("type: ExternalName"))).value()).isEmpty();
    }

    @Test
    void missingClusterIpIsReported() {
        io.fabric8.kubernetes.api.model.Service service = cart();
        service.getSpec().setClusterIP("");
        assertThat(decoder.service(Texts.json(service)).value()).isEmpty();
        assertThat(reasons(service)).containsExactly("NoClusterIP");
    }

    @Test
    void clusterIpOfAFamilyIsFoundByIndex() {
        io.fabric8.kubernetes.api.model.Service service = cart();
        service.getSpec().setClusterIPs(List.of("2001:db8::10", "10.96.0.010"));
        service.getSpec().setIpFamilies(List.of("IPv6", "IPv4"));
        assertThat(served(service).clusterIps())
                .containsExactly(IpAddress.of("2001:db8::10"), IpAddress.of("10.96.0.10"));
        assertThat(served(service).sourceRanges()).containsOnlyKeys(IpFamily.IPV4, IpFamily.IPV6);
    }

    @Test
    void clusterIpFromBeforeDualStackSpeaksForItself() {
        io.fabric8.kubernetes.api.model.Service service = cart();
        service.getSpec().setClusterIPs(null);
        service.getSpec().setIpFamilies(null);
        assertThat(served(service).clusterIps()).containsExactly(IpAddress.of("10.96.0.10"));
    }

    @Test
    void unknownFamilyCostsThatAddressOnly() {
        io.fabric8.kubernetes.api.model.Service service = cart();
        service.getSpec().setClusterIPs(List.of("10.96.0.10", "x-9"));
        service.getSpec().setIpFamilies(List.of("IPv4", "IPv9"));
        assertThat(served(service).clusterIps()).containsExactly(IpAddress.of("10.96.0.10"));
        assertThat(reasons(service)).containsExactly("UnknownIPFamily");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "127.0.0.1",
                "224.0.0.1",
                "169.254.1.1",
                "255.255.255.255",
                "10.0.0.256",
                "example.com",
                "2001:db8::1"
            })
    void impossibleClusterIpIsReportedAndNothingIsServed(String address) {
        io.fabric8.kubernetes.api.model.Service service = cart();
        service.getSpec().setClusterIPs(List.of(address));
        assertThat(decoder.service(Texts.json(service)).value()).isEmpty();
        assertThat(decoder.service(Texts.json(service)).problems())
                .singleElement()
                .satisfies(p -> assertThat(p.reason()).isEqualTo("InvalidAddress"))
                .satisfies(p -> assertThat(p.object()).hasToString("Service shop/cart"))
                .satisfies(p -> assertThat(p.message()).contains(address));
    }

    @Test
    void portsThatCannotBeServedAreLeftOutOneByOne() {
        io.fabric8.kubernetes.api.model.Service service =
                Texts.service(
                        """
                        metadata: {name: cart, namespace: shop}
                        spec:
                          clusterIP: 10.96.0.10
                          ports:
                          - {name: ok, port: 80, nodePort: 30080}
                          - {name: newer, port: 81, protocol: QUIC}
                          - {name: zero, port: 0}
                          - {name: big, port: 65536}
                          - {name: ok, port: 83}
                          - {name: same, port: 80}
                          - {name: udp, port: 80, protocol: UDP, nodePort: 30080}
                          - {name: Bad_Name, port: 84}
                          - {name: nodeport, port: 85, nodePort: 70000}
                          - {name: twice, port: 86, nodePort: 30080}
                          - {port: 87}
                          -
                        """);
        assertThat(served(service).ports())
                .containsExactly(
                        new Port("ok", Protocol.TCP, 80, 30080),
                        new Port("udp", Protocol.UDP, 80, 30080),
                        new Port("nodeport", Protocol.TCP, 85, 0),
                        new Port("twice", Protocol.TCP, 86, 0),
                        new Port("", Protocol.TCP, 87, 0));
        assertThat(reasons(service))
                .containsExactly(
                        "UnknownProtocol",
                        "InvalidPort",
                        "InvalidPort",
                        "DuplicatePort",
                        "DuplicatePort",
                        "InvalidPort",
                        "InvalidNodePort",
                        "DuplicateNodePort",
                        "InvalidPort");
    }

    @ParameterizedTest
    @CsvSource({
        "NodePort,     , true",
        "LoadBalancer, , true",
        "ClusterIP,    , false",
        "ClusterIP,    '192.0.2.1', true",
    })
    void externalPolicyLocalCountsWhereThereIsAnOutside(String type, String ip, boolean local) {
        Service service =
                served(
                        cart(
                                "type: " + type,
                                "healthCheckNodePort: 31000",
                                "externalTrafficPolicy: Local",
                                "externalIPs: [" + (ip == null ? "" : ip) + "]"));
        assertThat(service.externalLocal()).isEqualTo(local);
        assertThat(service.healthCheckNodePort())
                .isEqualTo(type.equals("LoadBalancer") ? 31000 : 0);
    }

    @Test
    void valuesOfANewerApiAreServedAsTheDefaultAndReported() {
        io.fabric8.kubernetes.api.model.Service service =
                cart(
                        "type: Mesh",
                        "internalTrafficPolicy: Zone",
                        "externalTrafficPolicy: Zone",
                        "sessionAffinity: Cookie",
                        "brandNewField: {a: 1}");
        assertThat(served(service).internalLocal()).isFalse();
        assertThat(served(service).affinitySeconds()).isZero();
        assertThat(reasons(service))
                .containsExactlyInAnyOrder(
                        "UnknownServiceType",
                        "UnknownPolicy",
                        "UnknownPolicy",
                        "UnknownSessionAffinity");
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 0", "86400, 86400, 0", "0, 10800, 1", "86401, 10800, 1", "-5, 10800, 1"})
    void affinityTimeout(int given, int used, int problems) {
        io.fabric8.kubernetes.api.model.Service service =
                cart(
                        "sessionAffinity: ClientIP",
                        "sessionAffinityConfig: {clientIP: {timeoutSeconds: " + given + "}}");
        assertThat(served(service).affinitySeconds()).isEqualTo(used);
        assertThat(reasons(service)).hasSize(problems);
    }

    @Test
    void externalIpsAreReadLeniently() {
        io.fabric8.kubernetes.api.model.Service service =
                cart("externalIPs: ['', 172.30.0.041, 172.30.0.41, 'fe80::1', nonsense]");
        assertThat(served(service).externalIps()).containsExactly(IpAddress.of("172.30.0.41"));
        assertThat(reasons(service)).containsExactly("InvalidAddress", "InvalidAddress");
    }

    @Test
    void externalIpsCanBeGatedOff() {
        Service service =
                new Decoder("node-1", false)
                        .service(
                                Texts.json(
                                        cart(
                                                "externalIPs: [172.30.0.41]",
                                                "externalTrafficPolicy: Local")))
                        .value()
                        .orElseThrow();
        assertThat(service.externalIps()).isEmpty();
        assertThat(service.externalLocal()).isFalse();
    }

    @Test
    void onlyVipsOfTheStatusAreServed() {
        io.fabric8.kubernetes.api.model.Service service =
                Texts.service(
                        """
                        metadata: {name: cart, namespace: shop}
                        spec: {clusterIP: 10.96.0.10, ports: [{port: 80}]}
                        status:
                          loadBalancer:
                            ingress:
                            - {ip: 192.0.2.1}
                            - {ip: 192.0.2.2, ipMode: VIP}
                            - {ip: 192.0.2.3, ipMode: Proxy}
                            - {ip: 192.0.2.4, ipMode: Tunnel}
                            - {hostname: lb.example.com}
                            - {ip: 169.254.7.7}
                            - {ip: 0.0.0.0}
                            -
                        """);
        assertThat(served(service).loadBalancerVips())
                .extracting(IpAddress::toString)
                .containsExactly("192.0.2.1", "192.0.2.2", "169.254.7.7");
        assertThat(reasons(service)).containsExactly("UnknownIPMode", "InvalidAddress");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                                     | anyone | anyone",
                "' 10.1.2.3/8 '                         | [10.0.0.0/8] | []",
                "203.0.113.000/025, 2001:db8::1/32      | [203.0.113.0/25] | [2001:db8::/32]",
                "10.0.0.0/8, 0.0.0.0/0                  | anyone | []",
                "'::/0'                                 | [] | anyone",
                "nonsense                               | [] | []",
                "10.0.0.0/8, nonsense                   | [10.0.0.0/8] | []",
            })
    void sourceRangesByFamily(String ranges, String v4, String v6) {
        io.fabric8.kubernetes.api.model.Service service = cart();
        service.getSpec().setClusterIPs(List.of("10.96.0.10", "2001:db8::10"));
        service.getSpec().setIpFamilies(List.of("IPv4", "IPv6"));
        service.getSpec()
                .setLoadBalancerSourceRanges(
                        ranges.isEmpty() ? List.of() : List.of(ranges.split(",")));
        Map<IpFamily, SourceRanges> decoded = served(service).sourceRanges();
        assertThat(text(decoded.get(IpFamily.IPV4))).isEqualTo(v4);
        assertThat(text(decoded.get(IpFamily.IPV6))).isEqualTo(v6);
        assertThat(reasons(service)).hasSize(ranges.contains("nonsense") ? 1 : 0);
    }

    private static String text(SourceRanges ranges) {
        return switch (ranges) {
            case SourceRanges.Anyone() -> "anyone";
            case SourceRanges.Only(List<Cidr> list) -> list.toString();
        };
    }

    @Test
    void optionsAreOurAnnotationsWithoutThePrefix() {
        io.fabric8.kubernetes.api.model.Service service = cart();
        service.getMetadata()
                .setAnnotations(Map.of("swivel.dev/balance", "maglev", "other.dev/x", "y"));
        assertThat(served(service).options()).containsExactly(Map.entry("balance", "maglev"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "UPPER",
                "has space",
                "a;rm -rf",
                "x123456789012345678901234567890123456789012345678901234567890123"
            })
    void nameThatIsNoNameIsReported(String name) {
        io.fabric8.kubernetes.api.model.Service service = cart();
        service.getMetadata().setName(name);
        assertThat(decoder.service(Texts.json(service)).value()).isEmpty();
        assertThat(reasons(service)).containsExactly("InvalidName");
    }

    @Test
    void nameAtTheLengthLimitIsServed() {
        io.fabric8.kubernetes.api.model.Service service = cart();
        service.getMetadata().setName("x".repeat(63));
        assertThat(served(service).name().name()).hasSize(63);
    }

    @Test
    void hundredPortsAreServed() {
        io.fabric8.kubernetes.api.model.Service service = cart();
        service.getSpec()
                .setPorts(
                        java.util.stream.IntStream.range(0, 100)
                                .mapToObj(i ->
                                        new io.fabric8.kubernetes.api.model.ServicePortBuilder()
                                                .withName("p" + i)
                                                .withPort(1000 + i)
                                                .build())
                                .toList());
        assertThat(served(service).ports()).hasSize(100);
        assertThat(reasons(service)).isEmpty();
    }
}
