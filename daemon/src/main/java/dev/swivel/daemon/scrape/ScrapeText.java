package dev.swivel.daemon.scrape;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBucket;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Label;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Prometheus' text format 0.0.4, as Go programs write it.
///
/// The library's own writer cannot give some of kube-proxy's names: it takes `_total` and `_info`
/// from gauges, and adds a `_max` to every timer.
public final class ScrapeText {
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    /// Gauges that end in what the library keeps for other types; under the name it leaves them.
    private static final Map<String, String> TRUE_NAMES =
            Map.of(
                    "kubeproxy_sync_proxy_rules_iptables",
                    "kubeproxy_sync_proxy_rules_iptables_total",
                    "kubeproxy_sync_proxy_rules_no_local_endpoints",
                    "kubeproxy_sync_proxy_rules_no_local_endpoints_total",
                    "kubernetes_build",
                    "kubernetes_build_info");

    private static final int LARGEST_PLAIN_EXPONENT = 5;

    private final StringBuilder text = new StringBuilder(16_384);

    private ScrapeText() {}

    public static String of(MetricSnapshots snapshots) {
        ScrapeText scrape = new ScrapeText();
        SortedMap<String, MetricSnapshot> byName = new TreeMap<>();
        for (MetricSnapshot snapshot : snapshots) {
            byName.put(name(snapshot), snapshot);
        }
        byName.keySet().removeIf(name -> isMaximumOfAHistogram(name, byName));
        byName.forEach(scrape::family);
        return scrape.text.toString();
    }

    private static String name(MetricSnapshot snapshot) {
        String name = snapshot.getMetadata().getPrometheusName();
        return snapshot instanceof CounterSnapshot
                ? name + "_total"
                : TRUE_NAMES.getOrDefault(name, name);
    }

    private static boolean isMaximumOfAHistogram(String name, Map<String, MetricSnapshot> byName) {
        return name.endsWith("_max")
                && byName.containsKey(name.substring(0, name.length() - "_max".length()));
    }

    private void family(String name, MetricSnapshot snapshot) {
        String help = snapshot.getMetadata().getHelp();
        text.append("# HELP ").append(name).append(' ');
        text.append(help == null ? "" : help.replace("\\", "\\\\").replace("\n", "\\n"));
        text.append("\n# TYPE ").append(name).append(' ').append(type(snapshot)).append('\n');
        switch (snapshot) {
            case CounterSnapshot counter ->
                    sorted(
                                    counter.getDataPoints(),
                                    CounterSnapshot.CounterDataPointSnapshot::getLabels)
                            .forEach(point ->
                                    line(name, labels(point.getLabels(), ""), point.getValue()));
            case GaugeSnapshot gauge ->
                    sorted(gauge.getDataPoints(), GaugeSnapshot.GaugeDataPointSnapshot::getLabels)
                            .forEach(point ->
                                    line(name, labels(point.getLabels(), ""), point.getValue()));
            case HistogramSnapshot histogram ->
                    sorted(
                                    histogram.getDataPoints(),
                                    HistogramSnapshot.HistogramDataPointSnapshot::getLabels)
                            .forEach(point -> histogram(name, point));
            case SummarySnapshot summary ->
                    sorted(
                                    summary.getDataPoints(),
                                    SummarySnapshot.SummaryDataPointSnapshot::getLabels)
                            .forEach(point -> {
                                line(name + "_sum", labels(point.getLabels(), ""), point.getSum());
                                line(
                                        name + "_count",
                                        labels(point.getLabels(), ""),
                                        Long.toString(point.getCount()));
                            });
            default -> throw new IllegalStateException("no text for " + snapshot.getClass());
        }
    }

    private static String type(MetricSnapshot snapshot) {
        return switch (snapshot) {
            case CounterSnapshot _ -> "counter";
            case GaugeSnapshot _ -> "gauge";
            case HistogramSnapshot _ -> "histogram";
            case SummarySnapshot _ -> "summary";
            default -> "untyped";
        };
    }

    private static <T> List<T> sorted(List<T> points, Function<T, Labels> labels) {
        return points.stream()
                .sorted(Comparator.comparing(point -> labels(labels.apply(point), "")))
                .toList();
    }

    private void histogram(String name, HistogramSnapshot.HistogramDataPointSnapshot point) {
        long below = 0;
        for (ClassicHistogramBucket bucket : point.getClassicBuckets()) {
            below += bucket.getCount();
            line(
                    name + "_bucket",
                    labels(point.getLabels(), number(bucket.getUpperBound())),
                    Long.toString(below));
        }
        line(name + "_sum", labels(point.getLabels(), ""), point.getSum());
        line(name + "_count", labels(point.getLabels(), ""), Long.toString(below));
    }

    private void line(String name, String labels, double value) {
        line(name, labels, number(value));
    }

    private void line(String name, String labels, String value) {
        text.append(name).append(labels).append(' ').append(value).append('\n');
    }

    /// @param le bound of a bucket; empty for none
    private static String labels(Labels labels, String le) {
        String inside =
                labels.stream()
                        .sorted(Comparator.comparing(Label::getName))
                        .map(label -> label.getName() + "=\"" + escape(label.getValue()) + '"')
                        .collect(Collectors.joining(","));
        if (!le.isEmpty()) {
            inside += (inside.isEmpty() ? "" : ",") + "le=\"" + le + '"';
        }
        return inside.isEmpty() ? "" : '{' + inside + '}';
    }

    private static String escape(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    /// As Go's shortest form: plain for small numbers, an exponent of two digits for others.
    static String number(double value) {
        if (Double.isNaN(value)) {
            return "NaN";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "+Inf" : "-Inf";
        }
        if (value == 0) {
            return "0";
        }
        BigDecimal exact = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        int exponent = exact.precision() - exact.scale() - 1;
        if (exponent >= -4 && exponent <= LARGEST_PLAIN_EXPONENT) {
            return exact.toPlainString();
        }
        String digits = exact.unscaledValue().abs().toString();
        String mantissa = digits.charAt(0) + (digits.length() > 1 ? "." + digits.substring(1) : "");
        return (value < 0 ? "-" : "")
                + mantissa
                + (exponent < 0 ? "e-" : "e+")
                + (Math.abs(exponent) < 10 ? "0" : "")
                + Math.abs(exponent);
    }
}
