package dev.swivel.linux.accounting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swivel.linux.exec.Command;
import dev.swivel.linux.netns.NetworkNamespace;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class PacketCountersKernelTest {
    @Test
    void countsWhatARuleSeesAndStaysWhileOneUsesIt() throws Exception {
        NetworkNamespace.<String, Exception>callInNew(() -> {
            assertThat(PacketCounters.isSupported()).isTrue();
            assertThat(PacketCounters.packets("pings")).isEmpty();
            PacketCounters.ensure("pings");
            PacketCounters.ensure("pings");
            assertThat(PacketCounters.packets("pings")).hasValue(0);

            run("ip link set dev lo up");
            run("iptables-nft -A OUTPUT -p udp -m nfacct --nfacct-name pings");
            try (DatagramSocket socket = new DatagramSocket()) {
                for (int i = 0; i < 3; i++) {
                    socket.send(
                            new DatagramPacket(
                                    new byte[1], 1, InetAddress.ofLiteral("127.0.0.1"), 9));
                }
            }
            assertThat(PacketCounters.packets("pings")).hasValue(3);
            PacketCounters.delete("pings");
            assertThat(PacketCounters.packets("pings")).as("in use").hasValue(3);
            run("iptables-nft -F OUTPUT");
            PacketCounters.delete("pings");
            PacketCounters.delete("pings");
            assertThat(PacketCounters.packets("pings")).isEmpty();
            return "";
        });
    }

    private static void run(String command) throws Exception {
        var _ = Command.of(command.split(" ")).run();
    }
}
