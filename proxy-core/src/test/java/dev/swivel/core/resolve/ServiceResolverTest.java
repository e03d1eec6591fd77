package dev.swivel.core.resolve;

import static dev.swivel.core.resolve.ClusterFixture.WEB;
import static dev.swivel.core.resolve.ClusterFixture.entry;
import static dev.swivel.core.resolve.ClusterFixture.node;
import static dev.swivel.core.resolve.ClusterFixture.service;
import static dev.swivel.core.resolve.ClusterFixture.slice;
import static org.assertj.core.api.Assertions.assertThat;

import dev.swivel.core.model.Disposition;
import dev.swivel.core.model.Endpoint;
import dev.swivel.core.model.EndpointSlice;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.Protocol;
import dev.swivel.core.model.ResolvedPort;
import dev.swivel.core.model.ResolvedService;
import dev.swivel.core.model.Service;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Endpoint selection, row by row (spec 2.2 to 2.6 and the selection vectors of spec 15).
class ServiceResolverTest {
    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                // policies: il = internal Local, el = external Local, np = has a node port
                // policies | endpoints | C-set | L-set | hasAny
                "-     | 10.0.0.1 r; 10.0.0.2                         | 10.0.0.1          | -        | true",
                "-     | 10.0.0.1 s t; 10.0.0.2 s t; 10.0.0.3 t        | 10.0.0.1 10.0.0.2 | -        | true",
                "il    | 10.0.0.1 r; 10.0.0.2 r L                      | -                 | 10.0.0.2 | true",
                "il    | 10.0.0.1 r                                   | -                 | -        | true",
                "el np | 10.0.0.1 r; 10.0.0.2 s t L                    | 10.0.0.1          | 10.0.0.2 | true",
                "el np | 10.0.0.1 s t                                 | 10.0.0.1          | -        | true",
                "-     | 10.0.0.1 r z:a; 10.0.0.2 r z:b                | 10.0.0.1          | -        | true",
                "-     | 10.0.0.1 r z:a; 10.0.0.2 r                    | 10.0.0.1 10.0.0.2 | -        | true",
                "-     | 10.0.0.1 z:a; 10.0.0.2 r z:b                  | 10.0.0.2          | -        | true",
                "-     | 10.0.0.1 r n:n1 z:a; 10.0.0.2 r n:n2 z:a      | 10.0.0.1          | -        | true",
                "-     | 10.0.0.1 r n:n2 z:a; 10.0.0.2 r n:n3 z:b      | 10.0.0.1          | -        | true",
                "-     | 10.0.0.1                                     | -                 | -        | false",
                "-     | 10.0.0.1 r z:b z:a; 10.0.0.2 r z:b            | 10.0.0.1          | -        | true",
                "-     | 10.0.0.1 s t z:a; 10.0.0.2 s t z:b            | 10.0.0.1 10.0.0.2 | -        | true",
                "il    | 10.0.0.1 L; 10.0.0.2                         | -                 | -        | false",
                "il    | 10.0.0.1 r z:b L; 10.0.0.2 r z:a              | -                 | 10.0.0.1 | true",
                "il np | 10.0.0.1 r                                   | 10.0.0.1          | -        | true",
                "el    | 10.0.0.1 r; 10.0.0.2 r L                      | 10.0.0.1 10.0.0.2 | -        | true",
                "-     | 10.0.0.1 r t                                 | 10.0.0.1          | -        | true",
                "-     | 10.0.0.10 r; 10.0.0.9 r                       | 10.0.0.9 10.0.0.10 | -       | true",
            })
    void choosesEndpoints(
            String policies, String endpoints, String cluster, String local, boolean hasAny) {
        Service web =
                service(
                        WEB,
                        policies.contains("il"),
                        policies.contains("el"),
                        policies.contains("np") ? 30080 : 0,
                        "10.96.0.10");

        ResolvedPort port =
                resolve(web, slice(WEB, "web-1", entries(endpoints))).ports().getFirst();

        assertThat(addresses(port.endpoints().cluster())).as("C-set").isEqualTo(words(cluster));
        assertThat(addresses(port.endpoints().local())).as("L-set").isEqualTo(words(local));
        assertThat(port.endpoints().hasAny()).as("hasAny").isEqualTo(hasAny);
    }

    @Test
    void policyLocalWithoutLocalEndpointDropsAndWithoutAnyRejects() {
        Service web = service(WEB, true, true, 30080, "10.96.0.10");
        ResolvedPort remoteOnly =
                resolve(web, slice(WEB, "web-1", entry("10.0.0.1 r"))).ports().getFirst();
        assertThat(remoteOnly.internal()).isEqualTo(Disposition.DROP);
        assertThat(remoteOnly.external()).isEqualTo(Disposition.DROP);

        ResolvedPort none = resolve(web).ports().getFirst();
        assertThat(none.internal()).isEqualTo(Disposition.REJECT);
        assertThat(none.external()).isEqualTo(Disposition.REJECT);
    }

    @Test
    void slicesAreMergedAndTheLivingRecordOfAnAddressWins() {
        Service web = service(WEB, false, false, 0, "10.96.0.10");
        ResolvedPort port =
                resolve(
                                web,
                                slice(WEB, "web-1", entry("10.0.0.1 s t"), entry("10.0.0.2 r")),
                                slice(WEB, "web-2", entry("10.0.0.1 r"), entry("10.0.0.3 r")))
                        .ports()
                        .getFirst();
        assertThat(addresses(port.endpoints().cluster()))
                .containsExactly("10.0.0.1", "10.0.0.2", "10.0.0.3");
    }

    @Test
    void matchesSlicePortsByNameAndProtocolAndTakesTheirNumbers() {
        Service web =
                new Service(
                        WEB,
                        Instant.EPOCH,
                        List.of(IpAddress.of("10.96.0.10")),
                        List.of(
                                new Service.Port("http", Protocol.TCP, 80, 0),
                                new Service.Port("dns", Protocol.UDP, 53, 0)),
                        List.of(),
                        List.of(),
                        Map.of(),
                        0,
                        false,
                        false,
                        0,
                        Map.of());
        EndpointSlice slice =
                new EndpointSlice(
                        WEB,
                        "web-1",
                        IpFamily.IPV4,
                        List.of(
                                new EndpointSlice.Port("http", Protocol.TCP, 8080),
                                new EndpointSlice.Port("http", Protocol.TCP, 8081),
                                new EndpointSlice.Port("dns", Protocol.TCP, 1053),
                                new EndpointSlice.Port("dns", Protocol.UDP, 1054)),
                        List.of(entry("10.0.0.1 r")),
                        Optional.empty());

        List<ResolvedPort> ports = resolve(web, slice).ports();

        assertThat(ports.get(0).endpoints().cluster())
                .map(Endpoint::port)
                .containsExactly(8080, 8081);
        assertThat(ports.get(1).endpoints().cluster()).map(Endpoint::port).containsExactly(1054);
        assertThat(ports.get(0).endpoints().serving()).as("only UDP needs it").isEmpty();
        assertThat(ports.get(1).endpoints().serving()).hasSize(1);
    }

    @Test
    void eachFamilyTakesItsOwnAddressesAndSlices() {
        Service web = service(WEB, false, false, 30080, "10.96.0.10", "fd00:96::10");
        EndpointSlice v4 = slice(WEB, "web-4", entry("10.0.0.1 r"));
        EndpointSlice v6 = slice(WEB, "web-6", entry("fd00::1 r"));

        ResolvedService resolved =
                ServiceResolver.resolve(
                                web, List.of(v4, v6), IpFamily.IPV6, node("n1", ""), _ -> _ -> true)
                        .orElseThrow();

        assertThat(addresses(resolved.ports().getFirst().endpoints().cluster()))
                .containsExactly("fd00::1");
        assertThat(resolved.ports().getFirst().frontends()).hasSize(2);
        assertThat(
                        ServiceResolver.resolve(
                                service(WEB, false, false, 0, "10.96.0.10"),
                                List.of(v6),
                                IpFamily.IPV6,
                                node("n1", ""),
                                _ -> _ -> true))
                .as("no ClusterIP of the family")
                .isEmpty();
    }

    private static ResolvedService resolve(Service service, EndpointSlice... slices) {
        return ServiceResolver.resolve(
                        service, List.of(slices), IpFamily.IPV4, node("n1", "a"), _ -> _ -> true)
                .orElseThrow();
    }

    private static EndpointSlice.Entry[] entries(String text) {
        return Stream.of(text.split(";"))
                .map(ClusterFixture::entry)
                .toArray(EndpointSlice.Entry[]::new);
    }

    private static List<String> addresses(List<Endpoint> endpoints) {
        return endpoints.stream().map(e -> e.address().toString()).toList();
    }

    private static List<String> words(String text) {
        return text.equals("-") ? List.of() : List.of(text.split(" "));
    }
}
