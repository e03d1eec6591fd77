package dev.swivel.linux.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swivel.linux.libc.ErrnoException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TimeSliceKernelTest {
    /// Linux 6.12 and later tell; before, there is nothing to set.
    @Test
    void isOfTheThreadThatSetsIt() throws ErrnoException {
        long before = TimeSlice.nanos();
        long set = CompletableFuture.supplyAsync(() -> setTo(5_000_000), thread()).join();

        assertThat(set).isEqualTo(before == 0 ? 0 : 5_000_000);
        assertThat(TimeSlice.nanos()).as("of another thread").isEqualTo(before);
    }

    private static Executor thread() {
        return task -> Thread.ofPlatform().start(task);
    }

    private static long setTo(long nanos) {
        try {
            TimeSlice.set(nanos);
            return TimeSlice.nanos();
        } catch (ErrnoException e) {
            throw new AssertionError(e);
        }
    }
}
