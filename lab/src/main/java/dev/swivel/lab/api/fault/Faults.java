package dev.swivel.lab.api.fault;

import dev.swivel.lab.api.http.ApiRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/// The faults that are switched on.
public final class Faults {
    private final List<Injection> injections = new CopyOnWriteArrayList<>();

    /// Switches a fault on until it is closed.
    public Injection inject(Predicate<ApiRequest> match, Fault fault) {
        return inject(match, fault, Integer.MAX_VALUE);
    }

    /// Switches a fault on until it has struck `times` or is closed.
    public Injection inject(Predicate<ApiRequest> match, Fault fault, int times) {
        var injection = new Injection(match, fault, times);
        injections.add(injection);
        return injection;
    }

    /// Switches all faults off.
    public void clear() {
        injections.forEach(Injection::close);
    }

    /// The fault that strikes a request as it arrives, counted as a hit.
    public Optional<Injection> atRequest(ApiRequest request) {
        return first(request, false);
    }

    /// The fault that strikes a watch at an event, counted as a hit.
    public Optional<Injection> atEvent(ApiRequest request) {
        return injections.isEmpty() ? Optional.empty() : first(request, true);
    }

    private Optional<Injection> first(ApiRequest request, boolean atEvent) {
        return injections.stream()
                .filter(each -> atEvent || !each.fault.strikesEventsOnly())
                .filter(each -> each.match.test(request))
                .filter(Injection::take)
                .findFirst();
    }

    /// One fault that is switched on.
    public final class Injection implements AutoCloseable {
        private final Predicate<ApiRequest> match;
        private final Fault fault;
        private final AtomicInteger left;
        private final AtomicInteger hits = new AtomicInteger();
        private final CountDownLatch closed = new CountDownLatch(1);

        private Injection(Predicate<ApiRequest> match, Fault fault, int times) {
            this.match = match;
            this.fault = fault;
            this.left = new AtomicInteger(times);
        }

        private boolean take() {
            if (left.getAndUpdate(n -> Math.max(0, n - 1)) == 0) {
                return false;
            }
            hits.incrementAndGet();
            return true;
        }

        public Fault fault() {
            return fault;
        }

        /// How often it struck.
        public int hits() {
            return hits.get();
        }

        /// Waits until it is switched off.
        public void awaitClosed() throws InterruptedException {
            closed.await();
        }

        /// Waits until it is switched off, at most for the time given.
        ///
        /// @return whether it was
        public boolean awaitClosed(Duration patience) throws InterruptedException {
            return closed.await(patience.toNanos(), TimeUnit.NANOSECONDS);
        }

        @Override
        public void close() {
            injections.remove(this);
            closed.countDown();
        }
    }
}
