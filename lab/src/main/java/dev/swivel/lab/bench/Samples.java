package dev.swivel.lab.bench;

import java.util.List;

/// Repeated measurements of one thing, in the order in which they were taken.
public record Samples(List<Double> values) {
    public static final Samples NONE = new Samples(List.of());

    public Samples {
        values = List.copyOf(values);
    }

    public boolean isEmpty() {
        return values.isEmpty();
    }

    public double median() {
        return quantile(0.5);
    }

    public double max() {
        return quantile(1);
    }

    /// The smallest value that at least this part of all values does not exceed; NaN of nothing.
    ///
    /// @param part 0 to 1
    public double quantile(double part) {
        if (values.isEmpty()) {
            return Double.NaN;
        }
        List<Double> sorted = sorted();
        int rank = (int) Math.ceil(part * sorted.size());
        return sorted.get(Math.clamp(rank - 1, 0, sorted.size() - 1));
    }

    List<Double> sorted() {
        return values.stream().sorted().toList();
    }
}
