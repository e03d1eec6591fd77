package dev.swivel.lab.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.swivel.linux.IpFamily;
import dev.swivel.linux.link.AddressChange;
import dev.swivel.linux.link.AddressChangesException;
import dev.swivel.linux.link.InterfaceAddress;
import dev.swivel.linux.link.Link;
import dev.swivel.linux.link.Links;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LinksChecks {
    private static final String NAME = "kube-ipvs0";

    private OwnNamespace namespace;
    private Links links;

    @BeforeEach
    void create() throws IOException {
        namespace = OwnNamespace.create();
        links = namespace.namespace().call(Links::open);
    }

    @AfterEach
    void remove() {
        links.close();
        namespace.close();
    }

    private static InetAddress ip(String text) {
        return InetAddress.ofLiteral(text);
    }

    @Test
    void aDummyComesAndGoes() throws IOException {
        assertThat(links.find(NAME)).isEmpty();
        Link link = links.createDummy(NAME);
        assertThat(link.name()).isEqualTo(NAME);
        assertThat(link.isDummy()).isTrue();
        assertThat(link.isUp()).isFalse();
        assertThat(link.isNoArp()).isTrue();
        assertThat(links.createDummy(NAME)).isEqualTo(link);
        assertThat(links.find(NAME)).contains(link);
        assertThat(links.list()).extracting(Link::name).contains("lo", NAME);
        assertThat(links.find("lo").orElseThrow().isLoopback()).isTrue();
        assertThat(namespace.run("ip", "-o", "link", "show", NAME)).contains("BROADCAST,NOARP");
        links.delete(NAME);
        links.delete(NAME);
        assertThat(links.find(NAME)).isEmpty();
    }

    @Test
    void aLinkOfAnotherKindKeepsItsName() throws IOException {
        namespace.run("ip", "link", "add", NAME, "type", "bridge");
        assertThatThrownBy(() -> links.createDummy(NAME))
                .hasMessage("interface kube-ipvs0 exists and is not a dummy but a bridge");
    }

    @Test
    void addressesComeAndGo() throws IOException {
        Link link = links.createDummy(NAME);
        links.apply(
                List.of(
                        AddressChange.add(link, ip("10.0.0.1")),
                        AddressChange.add(link, ip("fd00::1")),
                        AddressChange.add(link, ip("10.0.0.1"))));
        assertThat(links.addresses(link))
                .filteredOn(InterfaceAddress::isGlobal)
                .extracting(a -> a.address().getHostAddress() + "/" + a.prefix())
                .containsExactlyInAnyOrder("10.0.0.1/32", "fd00:0:0:0:0:0:0:1/128");
        assertThat(links.addresses(link))
                .allMatch(a -> !a.isTentative() && a.interfaceName().equals(NAME));
        assertThat(namespace.run("ip", "-o", "addr", "show", NAME))
                .contains("inet 10.0.0.1/32 scope global", "inet6 fd00::1/128 scope global");
        links.apply(
                List.of(
                        AddressChange.delete(link, ip("10.0.0.1")),
                        AddressChange.delete(link, ip("fd00::1")),
                        AddressChange.delete(link, ip("10.0.0.2"))));
        assertThat(links.addresses(link)).filteredOn(InterfaceAddress::isGlobal).isEmpty();
    }

    @Test
    void refusalsNameTheirChange() throws IOException {
        Link link = links.createDummy(NAME);
        List<AddressChange> changes =
                List.of(
                        AddressChange.add(link, ip("10.0.0.1")),
                        AddressChange.add(link, ip("10.0.0.1")).strictly(),
                        AddressChange.delete(link, ip("10.0.0.2")).strictly(),
                        new AddressChange.Add(4242, ip("10.0.0.3"), 32, false),
                        AddressChange.add(link, ip("10.0.0.4")));
        var e = catchThrowableOfType(AddressChangesException.class, () -> links.apply(changes));
        assertThat(e.failures())
                .extracting(AddressChangesException.Failure::change)
                .containsExactly(changes.get(1), changes.get(2), changes.get(3));
        assertThat(e)
                .hasMessageContaining("add address 10.0.0.1/32")
                .hasMessageContaining("EEXIST")
                .hasMessageContaining("EADDRNOTAVAIL");
        assertThat(links.addresses(link)).hasSize(2);
    }

    @Test
    void hundredsOfAddressesAtOnce() throws IOException {
        Link link = links.createDummy(NAME);
        List<AddressChange> changes = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            changes.add(AddressChange.add(link, ip("10.0." + i / 250 + "." + (1 + i % 250))));
            changes.add(AddressChange.add(link, ip("fd00::" + Integer.toHexString(i + 1))));
        }
        long start = System.nanoTime();
        links.apply(changes);
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        System.out.printf("%d addresses: %d ms%n", changes.size(), took.toMillis());
        assertThat(links.addresses(link)).filteredOn(a -> a.family() == IpFamily.IPV4).hasSize(500);
        assertThat(took).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void badNamesAreRefusedAtOnce() {
        for (String bad : List.of("", "a/b", "a b", "x".repeat(16), "..")) {
            assertThatThrownBy(() -> links.createDummy(bad))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("interface name");
        }
    }
}
