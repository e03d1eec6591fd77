package dev.swivel.lab.bench;

import java.util.ArrayList;
import java.util.List;

/// What was measured of one way, round by round. What a way does not have is NaN.
final class RelayFigures {
    final String subject;

    /// One value for each round.
    final Series gigabits = new Series("Gbit/s");

    final Series cpuPerGigabyte = new Series("CPU s/GB");
    final Series connections = new Series("connections/s");
    final Series connectionsAtOnce = new Series("connections/s, 8 at once");
    final Series cpuPerConnection = new Series("CPU µs per connection");
    final Series cpuPerRequest = new Series("CPU µs per request");
    final Series requestMedian = new Series("request p50 µs");
    final Series requestP99 = new Series("request p99 µs");
    final Series requestsAtOnceMedian = new Series("request p50 µs, 16 at once");
    final Series requestsAtOnceP99 = new Series("request p99 µs, 16 at once");
    final Series datagrams = new Series("datagrams/s there and back");

    /// One value: the process before and with 10,000 idle connections.
    final Series restingMb = new Series("RSS MB");

    final Series idleMb = new Series("MB more for 10,000 idle");

    /// All requests of all rounds, one at a time, microseconds.
    final List<Double> requests = new ArrayList<>();

    static final class Series {
        final String name;
        final List<Double> values = new ArrayList<>();

        Series(String name) {
            this.name = name;
        }

        void add(double value) {
            values.add(value);
        }

        /// NaN of nothing.
        double median() {
            return new Samples(values).median();
        }
    }

    RelayFigures(String subject) {
        this.subject = subject;
    }

    List<Series> all() {
        return List.of(
                gigabits,
                cpuPerGigabyte,
                connections,
                connectionsAtOnce,
                cpuPerConnection,
                cpuPerRequest,
                requestMedian,
                requestP99,
                requestsAtOnceMedian,
                requestsAtOnceP99,
                datagrams,
                restingMb,
                idleMb);
    }
}
