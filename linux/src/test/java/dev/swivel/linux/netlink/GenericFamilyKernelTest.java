package dev.swivel.linux.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swivel.linux.ipvs.Ipvs;
import java.io.IOException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class GenericFamilyKernelTest {
    @Test
    void findsFamiliesByName() throws IOException {
        try (NetlinkSocket socket = NetlinkSocket.open(Netlink.NETLINK_GENERIC)) {
            GenericFamily controller = GenericFamily.find(socket, "nlctrl").orElseThrow();
            assertThat(controller.id()).isEqualTo(0x10);
            assertThat(controller.version()).isPositive();
            assertThat(GenericFamily.find(socket, "no-such-family")).isEmpty();
            assertThat(GenericFamily.find(socket, "nlctrl")).contains(controller);
        }
    }

    /// As recorded from ipvsadm 1.31, little-endian.
    @Test
    void asksAsTheProgramsAsk() {
        String hex =
                HexFormat.of()
                        .formatHex(GenericFamily.question("IPVS").encode(0, Netlink.NLM_F_ACK));
        assertThat(hex)
                .isEqualTo(
                        "20000000100005000000000000000000"
                                + "030100000900020049505653"
                                + "00000000");
    }

    @Test
    void aKernelWithoutIpvsIsToldHowToGetIt() throws IOException {
        boolean present;
        try (NetlinkSocket socket = NetlinkSocket.open(Netlink.NETLINK_GENERIC)) {
            present = GenericFamily.find(socket, "IPVS").isPresent();
        }
        if (present) {
            assertThat(Ipvs.probe()).isEmpty();
        } else {
            assertThat(Ipvs.probe()).contains("the kernel has no IPVS; try: modprobe ip_vs");
        }
    }
}
