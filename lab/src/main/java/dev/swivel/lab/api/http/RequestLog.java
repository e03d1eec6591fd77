package dev.swivel.lab.api.http;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;

/// The latest requests, for tests to look at.
public final class RequestLog {
    private static final int KEPT = 10_000;

    private final Deque<ApiRequest> latest = new ArrayDeque<>();
    private long total;

    synchronized void add(ApiRequest request) {
        if (latest.size() == KEPT) {
            latest.removeFirst();
        }
        latest.addLast(request);
        total++;
    }

    /// The latest requests, oldest first; at most 10,000.
    public synchronized List<ApiRequest> latest() {
        return List.copyOf(latest);
    }

    /// How many of the latest requests match.
    public synchronized long count(Predicate<ApiRequest> match) {
        return latest.stream().filter(match).count();
    }

    /// How many requests there have been since the start.
    public synchronized long total() {
        return total;
    }

    /// Forgets the latest requests; the total stays.
    public synchronized void clear() {
        latest.clear();
    }
}
