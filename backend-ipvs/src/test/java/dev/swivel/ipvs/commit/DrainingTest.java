package dev.swivel.ipvs.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swivel.linux.ipvs.Destination;
import dev.swivel.linux.ipvs.Frontend;
import dev.swivel.linux.ipvs.IpvsChange;
import dev.swivel.linux.ipvs.RealServer;
import dev.swivel.linux.ipvs.RealServerState;
import dev.swivel.linux.ipvs.Statistics;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DrainingTest {
    private static final Frontend WEB =
            new Frontend.AddressPort(6, InetAddress.ofLiteral("10.96.0.10"), 80);
    private static final Destination ONE =
            new Destination(InetAddress.ofLiteral("10.244.1.5"), 8080);
    private static final Destination TWO =
            new Destination(InetAddress.ofLiteral("10.244.1.6"), 8080);

    private final AtomicLong now = new AtomicLong();
    private final Draining draining = new Draining(now::get);

    private static RealServerState state(Destination destination, int active, int inactive) {
        RealServer server =
                RealServer.masqueraded(destination.address(), destination.port()).withWeight(0);
        return new RealServerState(server, active, inactive, 0, new Statistics(0, 0, 0, 0, 0));
    }

    private List<IpvsChange> finished(RealServerState... present) throws IOException {
        return draining.finished(_ -> List.of(present));
    }

    @Test
    void goesWhenItsConnectionsAreDone() throws IOException {
        draining.add(WEB, ONE);
        assertThat(finished(state(ONE, 1, 0))).isEmpty();
        assertThat(finished(state(ONE, 0, 1))).isEmpty();
        assertThat(finished(state(ONE, 0, 0))).containsExactly(new IpvsChange.DeleteReal(WEB, ONE));
        assertThat(draining.isEmpty()).isTrue();
    }

    @Test
    void goesWhenItsTimeIsUp() throws IOException {
        draining.add(WEB, ONE);
        now.addAndGet(Draining.PATIENCE.toNanos() - 1);
        draining.add(WEB, TWO);
        draining.add(WEB, ONE); // does not start anew
        assertThat(finished(state(ONE, 1, 0), state(TWO, 1, 0))).isEmpty();
        now.addAndGet(1);
        assertThat(finished(state(ONE, 1, 0), state(TWO, 1, 0)))
                .containsExactly(new IpvsChange.DeleteReal(WEB, ONE));
    }

    @Test
    void isForgottenWhenWantedAgainOrGone() throws IOException {
        draining.add(WEB, ONE);
        draining.add(WEB, TWO);
        assertThat(draining.remove(WEB, ONE)).isTrue();
        assertThat(draining.remove(WEB, ONE)).isFalse();
        assertThat(finished(state(ONE, 0, 0))).isEmpty(); // TWO was removed by somebody
        assertThat(draining.isEmpty()).isTrue();
    }

    @Test
    void whoHasToWaitForHisTurnGetsIt() throws IOException {
        List<Frontend> all = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            all.add(new Frontend.AddressPort(6, InetAddress.ofLiteral("10.96.0.10"), 1000 + i));
            draining.add(all.getLast(), ONE);
        }
        List<IpvsChange> gone = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            gone.addAll(
                    draining.finished(frontend ->
                            List.of(state(ONE, frontend.equals(all.getFirst()) ? 1 : 0, 0))));
        }
        assertThat(gone).hasSize(499);
    }
}
