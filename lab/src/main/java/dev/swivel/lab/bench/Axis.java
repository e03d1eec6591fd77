package dev.swivel.lab.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// One axis of a plot: where values lie on it, and which of them to name.
///
/// @param low at the beginning of the axis
/// @param high at its end; above low
record Axis(double low, double high, boolean logarithmic, List<Double> ticks) {
    private static final int ABOUT = 6;

    /// From 0 to a little above the largest value.
    static Axis fromZero(List<Double> values) {
        double largest = values.stream().mapToDouble(v -> v).max().orElse(1);
        double step = step(Math.max(largest, 1e-6) / ABOUT);
        List<Double> ticks = new ArrayList<>();
        for (int i = 0; ticks.isEmpty() || ticks.getLast() < largest; i++) {
            ticks.add(i * step);
        }
        return new Axis(0, ticks.getLast(), false, ticks);
    }

    /// From the smallest to the largest value, with a tick at each.
    static Axis logarithmic(List<Double> values) {
        List<Double> ticks = values.stream().distinct().sorted().toList();
        double low = ticks.isEmpty() ? 1 : ticks.getFirst();
        double high = ticks.isEmpty() ? 10 : ticks.getLast();
        return new Axis(low, high > low ? high : low * 10, true, ticks);
    }

    /// Where the value lies: 0 at the beginning, 1 at the end.
    double part(double value) {
        return logarithmic
                ? Math.log(value / low) / Math.log(high / low)
                : (value - low) / (high - low);
    }

    /// 1, 2 or 5 times a power of ten.
    private static double step(double rough) {
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double times = rough / power;
        return power * (times <= 1 ? 1 : times <= 2 ? 2 : times <= 5 ? 5 : 10);
    }

    static String text(double tick) {
        return tick == Math.rint(tick)
                ? String.format(Locale.ROOT, "%,.0f", tick)
                : String.format(Locale.ROOT, "%.1f", tick);
    }
}
