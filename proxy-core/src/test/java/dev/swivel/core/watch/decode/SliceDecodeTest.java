package dev.swivel.core.watch.decode;

import static dev.swivel.core.watch.decode.Texts.cartSlice;
import static org.assertj.core.api.Assertions.assertThat;

import dev.swivel.core.model.EndpointSlice;
import dev.swivel.core.model.EndpointSlice.Entry;
import dev.swivel.core.model.EndpointSlice.Port;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.Problem;
import dev.swivel.core.model.Protocol;
import dev.swivel.core.model.ServiceName;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SliceDecodeTest {
    private final Decoder decoder = new Decoder("node-1", true);

    private EndpointSlice served(io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice slice) {
        return decoder.slice(Texts.json(slice)).value().orElseThrow();
    }

    private List<String> reasons(io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice slice) {
        return decoder.slice(Texts.json(slice)).problems().stream().map(Problem::reason).toList();
    }

    @Test
    void recordedSlice() {
        EndpointSlice slice = served(Texts.slice(Texts.resource("slice.json")));
        assertThat(slice.service()).isEqualTo(new ServiceName("shop", "cart"));
        assertThat(slice.ports()).containsExactly(new Port("http", Protocol.TCP, 8080));
        assertThat(slice.endpoints())
                .containsExactly(
                        new Entry(
                                IpAddress.of("192.168.1.11"),
                                true,
                                true,
                                false,
                                true,
                                List.of("a"),
                                List.of()),
                        new Entry(
                                IpAddress.of("192.168.2.11"),
                                true,
                                true,
                                false,
                                false,
                                List.of(),
                                List.of()));
    }

    @Test
    void recordedSliceWithNullLists() {
        EndpointSlice slice = served(Texts.slice(Texts.resource("slice-nulls.json")));
        assertThat(slice.ports()).isEmpty();
        assertThat(slice.endpoints()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "'{}', true, true, false",
        "'{ready: false}', false, true, false",
        "'{serving: false}', true, false, false",
        "'{ready: false, serving: true, terminating: true}', false, true, true",
        "'null', true, true, false",
    })
    void conditionsThatAreAbsentHaveDefaults(
            String conditions, boolean ready, boolean serving, boolean terminating) {
        Entry entry =
                served(cartSlice("{addresses: [192.168.1.1], conditions: " + conditions + "}"))
                        .endpoints()
                        .getFirst();
        assertThat(entry.ready()).isEqualTo(ready);
        assertThat(entry.serving()).isEqualTo(serving);
        assertThat(entry.terminating()).isEqualTo(terminating);
    }

    @Test
    void headlessAndOwnerlessSlicesAreSkipped() {
        var headless = cartSlice();
        headless.getMetadata()
                .setLabels(
                        Map.of(
                                "kubernetes.io/service-name", "cart",
                                "service.kubernetes.io/headless", ""));
        var ownerless = cartSlice();
        ownerless.getMetadata().setLabels(null);
        assertThat(decoder.slice(Texts.json(headless))).matches(d -> d.value().isEmpty());
        assertThat(decoder.slice(Texts.json(ownerless))).matches(d -> d.value().isEmpty());
        assertThat(reasons(headless)).isEmpty();
        assertThat(reasons(ownerless)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"FQDN", "IPv9", "ipv4"})
    void unknownAddressTypeIsReported(String type) {
        var slice = cartSlice("{addresses: [192.168.1.1]}");
        slice.setAddressType(type);
        assertThat(decoder.slice(Texts.json(slice)).value()).isEmpty();
        assertThat(reasons(slice)).containsExactly("UnsupportedAddressType");
    }

    @Test
    void badEndpointsAreNamedAndTheRestIsServed() {
        var slice =
                cartSlice(
                        "{addresses: [192.168.1.1, 192.168.1.2]}",
                        "{addresses: [not-an-ip]}",
                        "{addresses: ['2001:db8::1']}",
                        "{addresses: ['::ffff:192.168.1.3']}",
                        "{addresses: [127.0.0.1]}",
                        "{addresses: [224.0.0.5]}",
                        "{addresses: [169.254.169.254]}",
                        "{addresses: []}",
                        "null",
                        "{addresses: [null]}",
                        "{addresses: [192.168.001.004], nodeName: node-2}");
        assertThat(served(slice).endpoints())
                .extracting(e -> e.address().toString())
                .containsExactly("192.168.1.1", "192.168.1.3", "192.168.1.4");
        List<Problem> problems = decoder.slice(Texts.json(slice)).problems();
        assertThat(problems).hasSize(6).allMatch(p -> p.reason().equals("InvalidAddress"));
        assertThat(problems.getFirst().object()).hasToString("EndpointSlice shop/cart-1");
        assertThat(problems.getFirst().message()).contains("endpoints[1]").contains("not-an-ip");
        assertThat(problems.get(1).message()).contains("2001:db8::1").contains("IPv4");
    }

    @Test
    void thousandBadEndpointsAreAFewLines() {
        var slice =
                cartSlice(
                        IntStream.range(0, 1000)
                                .mapToObj(i -> "{addresses: [bad-" + i + "]}")
                                .toArray(String[]::new));
        assertThat(decoder.slice(Texts.json(slice)).problems())
                .hasSize(11)
                .last()
                .satisfies(p -> assertThat(p.message()).contains("990 more"));
    }

    @Test
    void thousandEndpointsAreServed() {
        var slice =
                cartSlice(
                        IntStream.range(0, 1000)
                                .mapToObj(i ->
                                        "{addresses: [10.1." + i / 250 + "." + (i % 250 + 1) + "]}")
                                .toArray(String[]::new));
        assertThat(served(slice).endpoints()).hasSize(1000);
    }

    @Test
    void portsWithoutNameOrNumberAreLeftOut() {
        var slice =
                Texts.slice(
                        """
                        metadata: {name: cart-1, namespace: shop, labels: {kubernetes.io/service-name: cart}}
                        addressType: IPv4
                        ports:
                        - {name: "", port: 1, protocol: TCP}
                        - {port: 2}
                        - {name: all}
                        - {name: zero, port: 0}
                        - {name: big, port: 99999}
                        - {name: udp, port: 53, protocol: UDP}
                        - {name: udp, port: 54, protocol: UDP}
                        - {name: udp, port: 53, protocol: TCP}
                        - {name: newer, port: 5, protocol: QUIC}
                        -
                        """);
        assertThat(served(slice).ports())
                .containsExactly(
                        new Port("", Protocol.TCP, 1),
                        new Port("udp", Protocol.UDP, 53),
                        new Port("udp", Protocol.TCP, 53));
        assertThat(reasons(slice))
                .containsExactly(
                        "InvalidPort",
                        "InvalidPort",
                        "InvalidPort",
                        "InvalidPort",
                        "DuplicatePort",
                        "UnknownProtocol",
                        "InvalidPort");
    }

    @Test
    void hintsAreNamesAndNothingElse() {
        Entry entry =
                served(
                                cartSlice(
                                        "{addresses: [192.168.1.1], hints: {forZones: [{name: a},"
                                                + " null, {name: ''}, {name: b}], forNodes: [{name:"
                                                + " n}]}}"))
                        .endpoints()
                        .getFirst();
        assertThat(entry.zoneHints()).containsExactly("a", "b");
        assertThat(entry.nodeHints()).containsExactly("n");
    }

    @Test
    void equalHintsAndPortsAreOneInstance() {
        String endpoint = "{addresses: [192.168.1.1], hints: {forZones: [{name: a}]}}";
        EndpointSlice one = served(cartSlice(endpoint));
        EndpointSlice two = served(cartSlice(endpoint));
        assertThat(one.endpoints().getFirst().zoneHints())
                .isSameAs(two.endpoints().getFirst().zoneHints());
        assertThat(one.ports()).isSameAs(two.ports());
        assertThat(one.service()).isSameAs(two.service());
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-20T16:11:08Z, 2026-11-20T16:11:08Z, 0",
        "2026-11-20T16:11:08.123456789+01:00, 2026-11-20T15:11:08.123456789Z, 0",
        "yesterday, , 1",
        "2026-11-20T15:11:08Z, 2026-11-20T15:11:08Z, 0",
        "2026-02-30T15:11:08Z, , 1",
        "2026-11-20T15:61:08Z, , 1",
    })
    void triggerTime(String text, Instant expected, int problems) {
        var slice = cartSlice();
        slice.getMetadata()
                .setAnnotations(Map.of("endpoints.kubernetes.io/last-change-trigger-time", text));
        assertThat(served(slice).trigger().orElse(null)).isEqualTo(expected);
        assertThat(reasons(slice)).hasSize(problems);
    }

    @Test
    void ownerThatIsNoNameIsReported() {
        var slice = cartSlice();
        slice.getMetadata().setLabels(Map.of("kubernetes.io/service-name", "No Name"));
        assertThat(decoder.slice(Texts.json(slice)).value()).isEmpty();
        assertThat(reasons(slice)).containsExactly("InvalidName");
    }
}
