package dev.swivel.netfilter.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swivel.core.model.IpFamily;
import dev.swivel.linux.iptables.TableFingerprint;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TableWatchTest {
    private final TableWatch watch = new TableWatch();

    @Test
    void ourOwnCommitIsNotSuspicious() {
        watch.trust(IpFamily.IPV4, generation(5));
        watch.look(IpFamily.IPV4, generation(5));
        watch.committed(IpFamily.IPV4, generation(7), 2);
        assertThat(watch.isSuspicious(IpFamily.IPV4)).isFalse();
    }

    /// Seen as a flush that was never repaired.
    @Test
    void aChangeByOthersInTheMiddleOfOurCommitIs() {
        watch.trust(IpFamily.IPV4, generation(5));
        watch.look(IpFamily.IPV4, generation(5));
        watch.committed(IpFamily.IPV4, generation(7), 1);
        assertThat(watch.isSuspicious(IpFamily.IPV4)).isTrue();
        assertThat(watch.isSuspicious(IpFamily.IPV6)).as("one generation for both").isTrue();
    }

    /// The program that reads may be missing just then.
    @Test
    void aReadingThatFailedAcquitsNobody() {
        watch.trust(IpFamily.IPV4, generation(5));
        watch.look(IpFamily.IPV4, generation(6));
        watch.examine(IpFamily.IPV4, generation(6));
        watch.look(IpFamily.IPV4, generation(6));
        assertThat(watch.isSuspicious(IpFamily.IPV4)).isTrue();
        watch.acquit(IpFamily.IPV4);
        watch.look(IpFamily.IPV4, generation(6));
        assertThat(watch.isSuspicious(IpFamily.IPV4)).isFalse();
    }

    private static Map<String, TableFingerprint> generation(long generation) {
        return Map.of("nat", new TableFingerprint.Nft(generation));
    }
}
