package dev.swivel.linux.epoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.swivel.linux.libc.ErrnoException;
import dev.swivel.linux.libc.Libc;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class EpollKernelTest {
    private static final long TAG = 0x1234_5678_9abc_def0L;

    private Epoll epoll;
    private int first;
    private int second;

    @BeforeEach
    void open() throws ErrnoException {
        epoll = new Epoll(4);
        first = Libc.eventfd();
        second = Libc.eventfd();
    }

    @AfterEach
    void close() {
        epoll.close();
        Libc.close(first);
        Libc.close(second);
    }

    @Test
    void tellsWhichDescriptorAndWhat() throws ErrnoException {
        epoll.add(first, Epoll.IN | Epoll.EDGE, TAG);
        epoll.add(second, Epoll.IN | Epoll.EDGE, -1);
        assertThat(epoll.await(0)).isZero();

        Libc.signal(first);
        assertThat(epoll.await(-1)).isEqualTo(1);
        assertThat(epoll.tag(0)).isEqualTo(TAG);
        assertThat(epoll.events(0)).isEqualTo(Epoll.IN);
        assertThat(epoll.await(1)).as("told once").isZero();

        Libc.signal(first);
        Libc.signal(second);
        assertThat(epoll.await(-1)).isEqualTo(2);
        assertThat(new long[] {epoll.tag(0), epoll.tag(1)}).containsExactlyInAnyOrder(TAG, -1);
    }

    @Test
    void whatIsAskedForCanChange() throws ErrnoException {
        epoll.add(first, Epoll.IN | Epoll.EDGE, 1);
        assertThat(epoll.await(0)).isZero();
        epoll.modify(first, Epoll.IN | Epoll.OUT | Epoll.EDGE, 2);
        assertThat(epoll.await(0)).as("there is room from the beginning").isEqualTo(1);
        assertThat(epoll.tag(0)).isEqualTo(2);
        assertThat(epoll.events(0)).isEqualTo(Epoll.OUT);
        epoll.remove(first);
        Libc.signal(first);
        assertThat(epoll.await(0)).isZero();
    }

    @Test
    void aDescriptorThatIsNotThereIsRefused() {
        assertThatThrownBy(() -> epoll.add(1_000_000, Epoll.IN, 1))
                .asInstanceOf(InstanceOfAssertFactories.type(ErrnoException.class))
                .extracting(ErrnoException::errnoName)
                .isEqualTo("EBADF");
    }
}
