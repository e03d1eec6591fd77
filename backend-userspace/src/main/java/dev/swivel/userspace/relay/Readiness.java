package dev.swivel.userspace.relay;

import dev.swivel.linux.epoll.Epoll;
import dev.swivel.linux.libc.ErrnoException;
import dev.swivel.linux.libc.Libc;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoRegistration;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Waits for news of the descriptors of one event loop, and passes them on. Confined to the loop's
/// thread, except [#wakeup].
///
/// Netty's own handler takes two system calls where a new descriptor needs one, and takes news of a
/// closed descriptor for news of the one that has its number since.
final class Readiness implements IoHandler {
    private static final Logger log = LoggerFactory.getLogger(Readiness.class);
    private static final int EVENTS = 1024;

    /// Turns without a look at what others ask of the loop.
    private static final int TURNS = 16;

    private final ThreadAwareExecutor thread;
    private final Processors processors = new Processors();
    private final Patience patience;
    private final Courtesy courtesy = Courtesy.likeThisThread();
    private final Epoll epoll;
    private final int wake;

    /// Whether the loop waits, and would not see that somebody asks something of it.
    private final AtomicBoolean asleep = new AtomicBoolean();

    /// By number of the descriptor.
    private @Nullable Watched[] watched = new Watched[256];

    /// Which one of those that had the number it is.
    private int[] serials = new int[256];

    private int serial;

    /// @param busyPoll how long to look around before the loop sleeps; zero for never
    Readiness(ThreadAwareExecutor thread, Duration busyPoll) {
        this.thread = thread;
        this.patience = new Patience(busyPoll, processors::spare);
        try {
            epoll = new Epoll(EVENTS);
            wake = Libc.eventfd();
            // What is written is never read: each write is news.
            epoll.add(wake, Epoll.IN | Epoll.EDGE, wake);
        } catch (ErrnoException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// From now on it hears of these events, until [#forget].
    void watch(Watched what, int events) {
        int number = what.number();
        if (number >= watched.length) {
            int more = Math.max(number + 1, watched.length * 2);
            watched = Arrays.copyOf(watched, more);
            serials = Arrays.copyOf(serials, more);
        }
        serials[number] = ++serial;
        watched[number] = what;
        try {
            epoll.add(number, events, tag(number));
        } catch (ErrnoException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// From now on it hears of these events.
    void change(Watched what, int events) {
        try {
            epoll.modify(what.number(), events, tag(what.number()));
        } catch (ErrnoException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// To be called when the descriptor was closed, or will be at once.
    void forget(int number) {
        watched[number] = null;
    }

    /// From now on it hears nothing; the descriptor stays open.
    void remove(Watched what) {
        forget(what.number());
        try {
            epoll.remove(what.number());
        } catch (ErrnoException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long tag(int number) {
        return (long) serials[number] << 32 | number;
    }

    @Override
    public int run(IoHandlerContext context) {
        int handled = 0;
        for (int turn = 0; turn < TURNS; turn++) {
            try {
                int count = context.canBlock() ? await(context) : epoll.await(0);
                if (count > 0) {
                    courtesy.news(count);
                }
                for (int i = 0; i < count; i++) {
                    pass(epoll.tag(i), epoll.events(i));
                }
                handled += count;
                if (count == 0 || !context.canBlock()) {
                    return handled;
                }
            } catch (ErrnoException e) {
                throw new UncheckedIOException(e);
            }
        }
        return handled;
    }

    private int await(IoHandlerContext context) throws ErrnoException {
        long start = System.nanoTime();
        long now = start;
        while (patience.looks(start, now)) {
            int count = epoll.await(0);
            now = System.nanoTime();
            if (count > 0) {
                patience.news(now - start, false);
                return count;
            }
            if (!context.canBlock()) {
                return 0;
            }
        }
        asleep.set(true);
        try {
            // After that, since what was asked before did not wake it.
            if (!context.canBlock()) {
                return 0;
            }
            int count = epoll.await(millis(context, now));
            patience.news(System.nanoTime() - start, now == start);
            return count;
        } finally {
            asleep.set(false);
        }
    }

    /// Until the next timer, rounded up; -1 if there is none.
    private static int millis(IoHandlerContext context, long now) {
        if (context.deadlineNanos() < 0) {
            return -1;
        }
        long millis = TimeUnit.NANOSECONDS.toMillis(context.delayNanos(now) + 999_999);
        return Math.clamp(millis, 0, Integer.MAX_VALUE);
    }

    private void pass(long tag, int events) {
        int number = (int) tag;
        Watched known = number < watched.length ? watched[number] : null;
        if (known == null || tag != tag(number)) {
            return;
        }
        try {
            known.ready(events);
        } catch (RuntimeException e) {
            // It must not stop the loop, which carries others.
            log.error("An event was lost by a mistake in Swivel, please report this", e);
        }
    }

    @Override
    public void wakeup() {
        if (!thread.isExecutorThread(Thread.currentThread()) && asleep.getAndSet(false)) {
            try {
                Libc.signal(wake);
            } catch (ErrnoException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void destroy() {
        processors.close();
        epoll.close();
        Libc.close(wake);
    }

    @Override
    public IoRegistration register(IoHandle handle) {
        throw new UnsupportedOperationException("what is watched is not a channel");
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> type) {
        return false;
    }
}
