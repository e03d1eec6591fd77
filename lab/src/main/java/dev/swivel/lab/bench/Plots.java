package dev.swivel.lab.bench;

import dev.swivel.lab.bench.LinePlot.Point;
import dev.swivel.lab.bench.LinePlot.Series;
import dev.swivel.lab.bench.seam.SeamFigures;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// The figures of a run as plots.
final class Plots {
    private static final int CURVE_POINTS = 40;

    private Plots() {}

    static List<LinePlot> of(Report report) {
        return List.of(
                start(report),
                latency(report),
                distribution(report),
                lines(report),
                memory(report),
                connect(report),
                ipvsChange(report),
                ipvsFirst(report));
    }

    private static LinePlot ipvsChange(Report report) {
        return seamChange("ipvs", report.ipvs());
    }

    static LinePlot seamChange(String mode, List<SeamFigures> figures) {
        return growth(
                "Mode " + mode + ": one endpoint changes, until the kernel has acknowledged it",
                "ms",
                List.of(
                        ofSeam(figures, "median", false, f -> f.changeMs().median()),
                        ofSeam(figures, "90 %", true, f -> f.changeMs().quantile(0.9))));
    }

    private static LinePlot ipvsFirst(Report report) {
        return growth(
                "Mode ipvs: everything into an empty kernel",
                "s",
                List.of(
                        ofSeam(report.ipvs(), "swivel", false, f -> f.firstMs() / 1000),
                        ofSeam(
                                report.ipvs(),
                                "ipvsadm --restore and ipset restore",
                                true,
                                f -> (f.ipvsadmMs() + f.ipsetMs()) / 1000)));
    }

    private static Series ofSeam(
            List<SeamFigures> figures,
            String name,
            boolean aside,
            ToDoubleFunction<SeamFigures> value) {
        return new Series(
                name,
                aside,
                figures.stream()
                        .map(f -> new Point(f.size().services(), value.applyAsDouble(f)))
                        .toList());
    }

    private static LinePlot start(Report report) {
        List<Series> series = new ArrayList<>();
        bySubject(report)
                .forEach((name, figures) -> {
                    series.add(overServices(name, false, figures, f -> f.starts.median() / 1000));
                    series.add(
                            overServices(
                                    name + ": reading the lists and loading the tables alone",
                                    true,
                                    figures,
                                    f -> f.startFloor() / 1000));
                });
        return growth("Start: until the first connections are answered", "s", series);
    }

    private static LinePlot latency(Report report) {
        List<Series> series = new ArrayList<>();
        bySubject(report)
                .forEach((name, figures) -> {
                    series.add(overServices(name, false, figures, f -> f.updates.median()));
                    series.add(
                            overServices(
                                    name + ": the iptables program alone",
                                    true,
                                    figures,
                                    f -> f.floor.median()));
                });
        return growth("One endpoint changes: until the first connection reaches it", "ms", series);
    }

    private static LinePlot distribution(Report report) {
        List<Series> series = new ArrayList<>();
        for (Figures figures : report.figures()) {
            String name = name(figures) + ", " + figures.size;
            series.add(new Series(name, false, curve(figures.updates)));
            series.add(
                    new Series(name + ": the iptables program alone", true, curve(figures.floor)));
        }
        return new LinePlot(
                "The same, all of them: how many per cent take no longer",
                "milliseconds",
                "%",
                false,
                series);
    }

    private static List<Point> curve(Samples samples) {
        List<Point> points = new ArrayList<>();
        for (int i = 0; i <= CURVE_POINTS && !samples.isEmpty(); i++) {
            double part = (double) i / CURVE_POINTS;
            points.add(new Point(samples.quantile(part), part * 100));
        }
        return points;
    }

    private static LinePlot lines(Report report) {
        return growthOf(
                "Chains and rules in the nat table",
                "lines",
                report,
                f -> f.lines == 0 ? Double.NaN : f.lines);
    }

    private static LinePlot memory(Report report) {
        return growthOf("Resident memory at rest", "MB", report, f -> f.residentMb);
    }

    private static LinePlot connect(Report report) {
        return growthOf(
                "A new connection through the last service, over the direct path",
                "µs",
                report,
                f -> Math.max(0, f.connectExtra()));
    }

    private static LinePlot growthOf(
            String title, String unit, Report report, ToDoubleFunction<Figures> value) {
        List<Series> series = new ArrayList<>();
        bySubject(report)
                .forEach((name, figures) -> series.add(overServices(name, false, figures, value)));
        return growth(title, unit, series);
    }

    private static LinePlot growth(String title, String unit, List<Series> series) {
        return new LinePlot(title, "services", unit, true, series);
    }

    private static Series overServices(
            String name, boolean aside, List<Figures> figures, ToDoubleFunction<Figures> value) {
        return new Series(
                name,
                aside,
                figures.stream()
                        .sorted(Comparator.comparingInt(f -> f.size.services()))
                        .map(f -> new Point(f.size.services(), value.applyAsDouble(f)))
                        .toList());
    }

    private static Map<String, List<Figures>> bySubject(Report report) {
        Map<String, List<Figures>> groups = new LinkedHashMap<>();
        report.figures()
                .forEach(figures ->
                        groups.computeIfAbsent(name(figures), _ -> new ArrayList<>()).add(figures));
        return groups;
    }

    private static String name(Figures figures) {
        return figures.subject + ", iptables " + figures.flavour;
    }
}
