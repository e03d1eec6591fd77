package dev.swivel.lab.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.swivel.lab.traffic.SocketText;
import org.junit.jupiter.api.Test;

final class SubnetTest {
    @Test
    void bothAddressesOfAMachineAreWrittenAlike() {
        var range = ClusterLayout.podRange(2);
        assertThat(SocketText.format(range.ipv4().host(11))).isEqualTo("192.168.2.11");
        assertThat(SocketText.format(range.ipv6().host(11))).isEqualTo("fd00:192:168:2::11");
        assertThat(SocketText.format(range.ipv4().host(254))).isEqualTo("192.168.2.254");
        assertThat(SocketText.format(range.ipv6().host(254))).isEqualTo("fd00:192:168:2::254");
    }

    @Test
    void isWrittenAsItIsRead() {
        assertThat(Subnet.parse("203.0.113.0/24")).hasToString("203.0.113.0/24");
        assertThat(Subnet.parse("fd00:203::/64")).hasToString("fd00:203::/64");
    }

    @Test
    void hostBitsAndWrongLengthsAreRefused() {
        assertThatThrownBy(() -> Subnet.parse("10.0.0.1/24")).hasMessageContaining("host bits");
        assertThatThrownBy(() -> Subnet.parse("10.0.0.0/33")).hasMessageContaining("33");
        assertThatThrownBy(() -> Subnet.parse("10.0.0.0")).hasMessageContaining("10.0.0.0");
        assertThatThrownBy(() -> Subnet.parse("cluster.local/8"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
