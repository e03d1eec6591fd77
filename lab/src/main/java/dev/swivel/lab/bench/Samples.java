package dev.swivel.lab.bench;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Repeated measurements of one thing, in the order in which they were taken.
public final class Samples {
    public static final Samples NONE = new Samples(List.of());

    private final List<Double> values;
    private double @Nullable [] sorted;

    public Samples(List<Double> values) {
        this.values = List.copyOf(values);
    }

    public List<Double> values() {
        return values;
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
        double[] ascending = sorted();
        if (ascending.length == 0) {
            return Double.NaN;
        }
        int rank = (int) Math.ceil(part * ascending.length);
        return ascending[Math.clamp(rank - 1, 0, ascending.length - 1)];
    }

    private double[] sorted() {
        double[] known = sorted;
        if (known == null) {
            known = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
            sorted = known;
        }
        return known;
    }
}
