package dev.swivel.userspace.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swivel.linux.libc.Errno;
import dev.swivel.linux.libc.ErrnoException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CourtesyTest {
    private static final long USUAL = 2_000_000;
    private static final long LONGER = 2_100_000;

    private final List<Long> slices = new ArrayList<>();
    private final Courtesy courtesy = new Courtesy(USUAL, slices::add);

    private void comes(int times, int messages) {
        for (int i = 0; i < times; i++) {
            courtesy.news(messages);
        }
    }

    @Test
    void letsOthersGoFirstWhereOneMessageFollowsTheOther() {
        comes(31, 1);
        assertThat(slices).as("not before that is known").isEmpty();
        comes(1000, 1);
        assertThat(slices).as("asked for once").containsExactly(LONGER);
    }

    @Test
    void goesOnWhereSeveralWait() {
        comes(1000, 1);
        comes(16, 3);
        assertThat(slices).containsExactly(LONGER, USUAL);
        for (int i = 0; i < 1000; i++) {
            comes(3, 1);
            comes(1, 2);
        }
        assertThat(slices).as("a quarter is a crowd").containsExactly(LONGER, USUAL);
    }

    @Test
    void nowAndThenSeveralAreNoCrowd() {
        comes(100, 1);
        for (int i = 0; i < 1000; i++) {
            comes(9, 1);
            comes(1, 2);
        }
        assertThat(slices).containsExactly(LONGER);
    }

    @Test
    void leavesKernelsAloneThatDoNotTell() {
        Courtesy unknown = new Courtesy(0, slices::add);
        for (int i = 0; i < 1000; i++) {
            unknown.news(1);
        }
        assertThat(slices).isEmpty();
    }

    @Test
    void aRefusalHarmsNothingAndIsNotRepeated() {
        List<Long> refused = new ArrayList<>();
        Courtesy forbidden =
                new Courtesy(
                        USUAL,
                        nanos -> {
                            refused.add(nanos);
                            throw new ErrnoException("sched_setattr", Errno.EPERM);
                        });
        for (int i = 0; i < 1000; i++) {
            forbidden.news(1);
        }
        assertThat(refused).containsExactly(LONGER);
    }
}
