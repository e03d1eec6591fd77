package dev.swivel.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {
    @ParameterizedTest
    @CsvSource({
        "172.30.0.041, 172.30.0.41",
        "10.180.00.001, 10.180.0.1",
        "0.0.0.0, 0.0.0.0",
        "255.255.255.255, 255.255.255.255",
        "FD00:0:0:1::0005, fd00:0:0:1::5",
        "::, ::",
        "::1, ::1",
        "1::, 1::",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "::ffff:10.0.0.1, 10.0.0.1",
        "64:ff9b::192.0.2.33, 64:ff9b::c000:221",
    })
    void readsLenientlyAndWritesCanonically(String text, String canonical) {
        assertThat(IpAddress.parse(text)).map(IpAddress::toString).contains(canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                ".",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.256",
                "1.2.3.",
                ".1.2.3",
                "1.2.3.4 ",
                "-1.2.3.4",
                "1.2.3.4/8",
                "0x1.2.3.4",
                "localhost",
                ":",
                ":::",
                "1::2::3",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "::12345",
                "::g",
                "fe80::1%eth0",
                "1:2:3:4:5:6:7::8",
                "1.2.3.4::",
                "::1.2.3",
                "99999999999.1.1.1",
                "١.2.3.4"
            })
    void refusesWhatIsNoAddress(String text) {
        assertThat(IpAddress.parse(text)).isEmpty();
    }

    @Test
    void agreesWithTheJdkOnRandomAddresses() throws UnknownHostException {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextBoolean() ? 4 : 16];
            for (int b = 0; b < bytes.length; b++) {
                bytes[b] = (byte) (random.nextInt(3) == 0 ? random.nextInt(256) : 0);
            }
            IpAddress address = IpAddress.ofBytes(bytes);
            assertThat(address.bytes()).as("seed %d", seed).isEqualTo(bytes);
            assertThat(InetAddress.getByName(address.toString()).getAddress())
                    .as("seed %d: %s", seed, address)
                    .isEqualTo(address.toInetAddress().getAddress());
            assertThat(IpAddress.parse(address.toString()).orElseThrow().toInetAddress())
                    .as("seed %d: %s", seed, address)
                    .isEqualTo(address.toInetAddress());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "10.96.0.10/12, 10.96.0.0/12, 10.111.255.255, 10.112.0.0",
        "203.0.113.000/025, 203.0.113.0/25, 203.0.113.127, 203.0.113.128",
        "' fd00:10:96::5/112 ', fd00:10:96::/112, fd00:10:96::ffff, fd00:10:96::1:0",
        "fd00::/64, fd00::/64, fd00::ffff:0:0:0, fd00:0:0:1::",
        "1.2.3.4/32, 1.2.3.4/32, 1.2.3.4, 1.2.3.5",
    })
    void rangesAreMaskedAndContainTheirAddresses(
            String text, String canonical, String inside, String outside) {
        Cidr range = Cidr.of(text);
        assertThat(range).hasToString(canonical);
        assertThat(range.contains(IpAddress.of(inside))).isTrue();
        assertThat(range.contains(IpAddress.of(outside))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "1.2.3.4",
                "1.2.3.4/",
                "1.2.3.4/33",
                "::/129",
                "1.2.3.4/-1",
                "1.2.3.4/99999999999",
                "x/8"
            })
    void refusesWhatIsNoRange(String text) {
        assertThat(Cidr.parse(text)).isEmpty();
    }

    @Test
    void nibblesCountFromTheMostSignificant() {
        assertThat(IpAddress.of("10.96.1.255").nibble(0)).isEqualTo(0);
        assertThat(IpAddress.of("10.96.1.255").nibble(1)).isEqualTo(0xa);
        assertThat(IpAddress.of("10.96.1.255").nibble(7)).isEqualTo(0xf);
        assertThat(IpAddress.of("fd00::5").nibble(0)).isEqualTo(0xf);
        assertThat(IpAddress.of("fd00::5").nibble(31)).isEqualTo(5);
    }
}
