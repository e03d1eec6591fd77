package dev.swivel.linux.ipset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.swivel.linux.IpFamily;
import dev.swivel.linux.TestNamespaces;
import dev.swivel.linux.exec.Command;
import dev.swivel.linux.netns.NetworkNamespace;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class IpSetsKernelTest {
    private NetworkNamespace namespace;
    private IpSets sets;

    @BeforeEach
    void create() throws IOException {
        namespace = TestNamespaces.create();
        sets = namespace.call(IpSets::open);
    }

    @AfterEach
    void remove() {
        sets.close();
        namespace.close();
    }

    private String ipset(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("ipset"));
        command.addAll(List.of(arguments));
        return namespace.call(() -> Command.of(command).run().text());
    }

    private static InetAddress ip(String text) {
        return InetAddress.ofLiteral(text);
    }

    static Stream<Arguments> elements() {
        return Stream.of(
                Arguments.of(SetType.HASH_IP, new SetElement.Ip(ip("10.0.0.1")), "10.0.0.1"),
                Arguments.of(SetType.HASH_IP, new SetElement.Ip(ip("fd00::1")), "fd00::1"),
                Arguments.of(
                        SetType.HASH_IP_PORT,
                        new SetElement.IpPort(ip("10.0.0.1"), 6, 80),
                        "10.0.0.1,tcp:80"),
                Arguments.of(
                        SetType.HASH_IP_PORT,
                        new SetElement.IpPort(ip("fd00::1"), 132, 65535),
                        "fd00::1,sctp:65535"),
                Arguments.of(
                        SetType.HASH_IP_PORT_IP,
                        new SetElement.IpPortIp(ip("10.0.0.1"), 17, 53, ip("10.0.0.2")),
                        "10.0.0.1,udp:53,10.0.0.2"),
                Arguments.of(
                        SetType.HASH_IP_PORT_IP,
                        new SetElement.IpPortIp(ip("fd00::1"), 17, 53, ip("fd00::2")),
                        "fd00::1,udp:53,fd00::2"),
                Arguments.of(
                        SetType.HASH_IP_PORT_NET,
                        new SetElement.IpPortNet(ip("10.0.0.1"), 6, 80, ip("10.2.3.4"), 12),
                        "10.0.0.1,tcp:80,10.0.0.0/12"),
                Arguments.of(
                        SetType.HASH_IP_PORT_NET,
                        new SetElement.IpPortNet(ip("fd00::1"), 6, 80, ip("fd01::"), 64),
                        "fd00::1,tcp:80,fd01::/64"),
                Arguments.of(
                        SetType.HASH_IP_PORT_NET,
                        new SetElement.IpPortNet(ip("10.0.0.1"), 6, 80, ip("10.2.3.4"), 32),
                        "10.0.0.1,tcp:80,10.2.3.4"),
                Arguments.of(
                        SetType.HASH_NET, new SetElement.Net(ip("10.1.2.3"), 16), "10.1.0.0/16"),
                Arguments.of(SetType.HASH_NET, new SetElement.Net(ip("fd00::"), 8), "fd00::/8"),
                Arguments.of(
                        SetType.HASH_NET_PORT,
                        new SetElement.NetPort(ip("128.0.0.0"), 1, 132, 30000),
                        "128.0.0.0/1,sctp:30000"),
                Arguments.of(
                        SetType.HASH_NET_PORT,
                        new SetElement.NetPort(ip("fd00::"), 8, 17, 30000),
                        "fd00::/8,udp:30000"));
    }

    @ParameterizedTest
    @MethodSource("elements")
    void everyTypeAndFamilyTakesItsElements(SetType type, SetElement element, String shown)
            throws IOException {
        IpFamily family = shown.startsWith("fd") ? IpFamily.IPV6 : IpFamily.IPV4;
        sets.create(SetSpec.hash("KUBE-TEST", type, family).withMaxElements(99));
        sets.apply(List.of(SetChange.add("KUBE-TEST", element)));
        assertThat(ipset("save")).contains("add KUBE-TEST " + shown + "\n").contains("maxelem 99");
        assertThat(sets.elements("KUBE-TEST")).containsExactly(element);
        SetHeader header = sets.header("KUBE-TEST").orElseThrow();
        assertThat(header.type()).contains(type);
        assertThat(header.family()).contains(family);
        assertThat(header.maxElements()).isEqualTo(99);
        assertThat(header.elements()).isEqualTo(1);
        assertThat(header.timeout()).isEmpty();
        sets.apply(List.of(SetChange.delete("KUBE-TEST", element)));
        assertThat(sets.elements("KUBE-TEST")).isEmpty();
    }

    @Test
    void knowsWhetherASetIsThere() throws IOException {
        assertThat(sets.exists("SIGN")).isFalse();
        sets.create(SetSpec.hash("SIGN", SetType.HASH_IP, IpFamily.IPV4));
        assertThat(sets.exists("SIGN")).isTrue();
        sets.destroy("SIGN");
        assertThat(sets.exists("SIGN")).isFalse();
    }

    @Test
    void portsGoIntoABitmap() throws IOException {
        sets.create(SetSpec.ports("NODE-PORTS", 30000, 32767));
        sets.apply(List.of(SetChange.add("NODE-PORTS", new SetElement.Port(30080))));
        assertThat(ipset("save"))
                .contains(
                        "create NODE-PORTS bitmap:port range 30000-32767", "add NODE-PORTS 30080");
        assertThat(sets.elements("NODE-PORTS")).containsExactly(new SetElement.Port(30080));
        assertThat(sets.header("NODE-PORTS").orElseThrow().family()).isEmpty();
        assertThatThrownBy(() ->
                        sets.apply(List.of(SetChange.add("NODE-PORTS", new SetElement.Port(80)))))
                .hasMessageContaining(
                        "add 80 to NODE-PORTS: the element is outside the set's range");
    }

    @Test
    void readsWhatTheProgramMade() throws IOException {
        var _ = ipset("create", "OTHER", "hash:ip,port", "timeout", "600", "counters");
        var _ = ipset("add", "OTHER", "10.0.0.1,udp:53", "timeout", "100");
        assertThat(sets.elements("OTHER"))
                .containsExactly(new SetElement.IpPort(ip("10.0.0.1"), 17, 53));
        assertThat(sets.header("OTHER").orElseThrow().timeout()).contains(Duration.ofMinutes(10));
        var _ = ipset("create", "STRANGE", "list:set");
        assertThat(sets.headers()).extracting(SetHeader::name).contains("OTHER", "STRANGE");
        assertThat(sets.header("STRANGE").orElseThrow().type()).isEmpty();
        assertThatThrownBy(() -> sets.elements("STRANGE")).hasMessage("set STRANGE is a list:set");
    }

    @Test
    void creatingTwiceIsFineIfAlike() throws IOException {
        SetSpec spec = SetSpec.hash("ONE", SetType.HASH_IP, IpFamily.IPV4);
        sets.create(spec);
        sets.create(spec);
        assertThatThrownBy(() -> sets.create(spec.withMaxElements(7)))
                .isInstanceOf(IpSetException.class)
                .hasMessageContaining("create set ONE: a set of that name exists");
        assertThatThrownBy(() -> sets.createNew(spec)).isInstanceOf(IpSetException.class);
    }

    @Test
    void swapFlushAndDestroy() throws IOException {
        sets.create(SetSpec.hash("ONE", SetType.HASH_IP, IpFamily.IPV4));
        sets.create(SetSpec.hash("TWO", SetType.HASH_IP, IpFamily.IPV4));
        var element = new SetElement.Ip(ip("10.0.0.1"));
        sets.apply(List.of(SetChange.add("ONE", element)));
        sets.swap("ONE", "TWO");
        assertThat(sets.elements("ONE")).isEmpty();
        assertThat(sets.elements("TWO")).containsExactly(element);
        sets.flush("TWO");
        assertThat(sets.elements("TWO")).isEmpty();
        sets.destroy("TWO");
        sets.destroy("TWO");
        assertThat(sets.headers()).extracting(SetHeader::name).containsExactly("ONE");
        assertThat(sets.header("TWO")).isEmpty();
        assertThat(sets.header("ONE").orElseThrow().name()).isEqualTo("ONE");
        var e = catchThrowableOfType(IpSetException.class, () -> sets.flush("TWO"));
        assertThat(e.isNoSuchSet()).isTrue();
        assertThat(e).hasMessage("ipset: flush set TWO: no such set (errno 2)");
        assertThatThrownBy(() -> sets.elements("TWO")).isInstanceOf(IpSetException.class);
    }

    @Test
    void aSetInUseStays() throws IOException {
        sets.create(SetSpec.hash("ONE", SetType.HASH_IP, IpFamily.IPV4));
        var _ = ipset("create", "ALL", "list:set");
        var _ = ipset("add", "ALL", "ONE");
        assertThat(sets.header("ONE").orElseThrow().references()).isEqualTo(1);
        var e = catchThrowableOfType(IpSetException.class, () -> sets.destroy("ONE"));
        assertThat(e.isReferenced()).isTrue();
    }

    @Test
    void elementsMayExpire() throws IOException {
        sets.create(SetSpec.hash("ONE", SetType.HASH_IP, IpFamily.IPV4).withTimeout(Duration.ZERO));
        var add = SetChange.add("ONE", new SetElement.Ip(ip("10.0.0.1")));
        sets.apply(List.of(add.withTimeout(Duration.ofSeconds(5000))));
        assertThat(ipset("save", "ONE")).containsPattern("10.0.0.1 timeout (5000|49\\d\\d)");
    }

    @Test
    void elementsMayCarryPacketMarks() throws IOException {
        sets.create(SetSpec.hash("MARKING", SetType.HASH_IP_PORT, IpFamily.IPV6).marking());
        var marked = new SetElement.IpPort(ip("fd00::1"), 6, 80);
        var plain = new SetElement.IpPort(ip("fd00::1"), 6, 81);
        var mark = new PacketMark(0x10, 0xff);
        sets.apply(
                List.of(
                        SetChange.add("MARKING", marked).withMark(mark),
                        SetChange.add("MARKING", plain)));
        assertThat(ipset("save", "MARKING"))
                .contains(" skbinfo")
                .contains("add MARKING fd00::1,tcp:80 skbmark 0x10/0xff\n");
        assertThat(sets.marks("MARKING"))
                .containsEntry(marked, Optional.of(mark))
                .containsEntry(plain, Optional.empty())
                .hasSize(2);
        assertThat(sets.header("MARKING").orElseThrow().withMarks()).isTrue();
        sets.apply(List.of(SetChange.add("MARKING", marked).withMark(PacketMark.of(-2))));
        assertThat(sets.marks("MARKING")).containsEntry(marked, Optional.of(PacketMark.of(-2)));
        assertThat(sets.elements("MARKING")).containsExactlyInAnyOrder(marked, plain);
    }

    @Test
    void marksNeedASetMadeForThem() throws IOException {
        sets.create(SetSpec.hash("PLAIN", SetType.HASH_IP, IpFamily.IPV4));
        var add = SetChange.add("PLAIN", new SetElement.Ip(ip("10.0.0.1")));
        assertThat(sets.header("PLAIN").orElseThrow().withMarks()).isFalse();
        assertThatThrownBy(() -> sets.apply(List.of(add.withMark(PacketMark.of(1)))))
                .hasMessageContaining("add 10.0.0.1 mark 0x1/0xffffffff to PLAIN");
        assertThatThrownBy(() -> new PacketMark(3, 1))
                .hasMessage("mark: 0x3 (expected: no bit outside the mask 0x1)");
    }

    @Test
    void eachRefusalNamesItsElement() throws IOException {
        sets.create(SetSpec.hash("SMALL", SetType.HASH_IP, IpFamily.IPV4).withMaxElements(2));
        List<SetChange> changes = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            changes.add(SetChange.add("SMALL", new SetElement.Ip(ip("10.0.0." + i))));
        }
        changes.add(SetChange.add("NONE", new SetElement.Ip(ip("10.0.0.9"))));
        changes.add(SetChange.add("SMALL", new SetElement.Ip(ip("fd00::1"))));
        changes.add(SetChange.delete("SMALL", new SetElement.Ip(ip("10.0.0.77"))));
        changes.add(SetChange.delete("SMALL", new SetElement.Ip(ip("10.0.0.78"))).strictly());
        changes.add(SetChange.delete("SMALL", new SetElement.Ip(ip("10.0.0.1"))));
        var e = catchThrowableOfType(SetChangesException.class, () -> sets.apply(changes));
        assertThat(e.failures())
                .extracting(SetChangesException.Failure::change)
                .containsExactly(changes.get(2), changes.get(3), changes.get(4), changes.get(6));
        assertThat(e.failures().getFirst().error().isSetFull()).isTrue();
        assertThat(e.failures().get(1).error().isNoSuchSet()).isTrue();
        assertThat(e)
                .hasMessageStartingWith("4 of 8 changes refused: ")
                .hasMessageContaining("add 10.0.0.3 to SMALL: the set is full")
                .hasMessageContaining(
                        "add fd00:0:0:0:0:0:0:1 to SMALL: the set takes no such element");
        assertThat(sets.elements("SMALL")).containsExactly(new SetElement.Ip(ip("10.0.0.2")));
    }

    @Test
    void aHundredThousandElementsGoInAtOnce() throws IOException {
        sets.create(
                SetSpec.hash("BIG", SetType.HASH_IP_PORT, IpFamily.IPV4).withMaxElements(200_000));
        List<SetChange> changes = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            byte[] address = {10, (byte) (i >> 16), (byte) (i >> 8), (byte) i};
            changes.add(
                    SetChange.add(
                            "BIG",
                            new SetElement.IpPort(InetAddress.getByAddress(address), 6, 80)));
        }
        long start = System.nanoTime();
        sets.apply(changes);
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        assertThat(sets.elements("BIG")).hasSize(100_000);
        // a quarter of a second on two idle cores; many times that when they are busy
        assertThat(took).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void theKernelHasIpset() throws IOException {
        assertThat(IpSets.isPresent()).isTrue();
    }

    @Test
    void badNamesAndElementsAreRefusedAtOnce() {
        assertThatThrownBy(() -> SetSpec.hash("a b", SetType.HASH_IP, IpFamily.IPV4))
                .hasMessageContaining("set name: 'a b'");
        assertThatThrownBy(() -> SetSpec.ports("x".repeat(32), 1, 2))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SetElement.Port(70000))
                .hasMessage("port: 70000 (expected: 0 to 65535)");
        assertThatThrownBy(() -> new SetElement.Net(ip("10.0.0.0"), 0))
                .hasMessage("prefix: 0 (expected: 1 to 32)");
    }
}
