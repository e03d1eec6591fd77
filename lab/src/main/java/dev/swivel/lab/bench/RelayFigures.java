package dev.swivel.lab.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// What was measured of one way. What a way does not have is NaN.
final class RelayFigures {
    final String subject;

    /// One value for each time that the load was tried.
    final Series gigabits = new Series("Gbit/s");

    final Series cpuPerGigabyte = new Series("CPU s/GB");
    final Series connections = new Series("connections/s");
    final Series connectionsAtOnce = new Series("connections/s, 8 at once");
    final Series cpuPerConnection = new Series("CPU µs per connection, 8 at once");
    final Series cpuPerRequest = new Series("CPU µs per request");
    final Series cpuPerRequestAtOnce = new Series("CPU µs per request, 16 at once");
    final Series datagrams = new Series("datagrams/s there and back");

    /// All requests of all times together, microseconds: one connection may be three times as fast
    /// as the next, depending on where the scheduler puts client, proxy and endpoint.
    final Pool requests = new Pool("request");

    /// The same with [WideAwake] processors: what the ways themselves take.
    final Pool requestsAwake = new Pool("request, processors awake,");

    final Pool requestsAtOnce = new Pool("request, 16 at once,");

    /// One value: the process before and with 10,000 idle connections.
    final Series restingMb = new Series("RSS MB");

    final Series idleMb = new Series("MB more for 10,000 idle");

    record Figure(String name, List<Double> values, double value) {}

    static final class Series {
        final String name;
        final List<Double> values = new ArrayList<>();

        Series(String name) {
            this.name = name;
        }

        void add(double value) {
            values.add(value);
        }

        double last() {
            return values.isEmpty() ? Double.NaN : values.getLast();
        }

        /// The median counts; NaN of nothing.
        Figure figure() {
            return new Figure(name, values, new Samples(values).median());
        }
    }

    /// Samples of several times, whose quantiles count.
    static final class Pool {
        final String name;
        private final List<Samples> times = new ArrayList<>();

        Pool(String name) {
            this.name = name;
        }

        void add(Samples samples) {
            times.add(samples);
        }

        Samples last() {
            return times.isEmpty() ? Samples.NONE : times.getLast();
        }

        Samples all() {
            return new Samples(times.stream().flatMap(each -> each.values().stream()).toList());
        }

        /// Of all together, and of each time by itself.
        private List<Figure> figures() {
            Samples all = all();
            return List.of(
                    figure(" p50 µs", all, samples -> samples.quantile(0.5)),
                    figure(" p99 µs", all, samples -> samples.quantile(0.99)));
        }

        private Figure figure(String what, Samples all, ToDoubleFunction<Samples> value) {
            return new Figure(
                    name + what,
                    times.stream().map(value::applyAsDouble).toList(),
                    value.applyAsDouble(all));
        }
    }

    RelayFigures(String subject) {
        this.subject = subject;
    }

    List<Figure> all() {
        List<Figure> all = new ArrayList<>();
        all.add(gigabits.figure());
        all.add(cpuPerGigabyte.figure());
        all.add(connections.figure());
        all.add(connectionsAtOnce.figure());
        all.add(cpuPerConnection.figure());
        all.addAll(requests.figures());
        all.addAll(requestsAwake.figures());
        all.addAll(requestsAtOnce.figures());
        all.add(cpuPerRequest.figure());
        all.add(cpuPerRequestAtOnce.figure());
        all.add(datagrams.figure());
        all.add(restingMb.figure());
        all.add(idleMb.figure());
        return all;
    }
}
