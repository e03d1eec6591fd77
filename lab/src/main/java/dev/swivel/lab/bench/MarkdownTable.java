package dev.swivel.lab.bench;

import dev.swivel.lab.bench.seam.SeamFigures;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The figures as a table that reads well as text, too.
final class MarkdownTable {
    /// What the columns say; also the head of the table in the HTML report.
    static final List<String> HEAD =
            List.of(
                    "proxy",
                    "iptables",
                    "services",
                    "nat lines",
                    "start s (CPU)",
                    "start floor s (ratio)",
                    "update ms p50 / p90 / max",
                    "floor ms",
                    "ratio",
                    "RSS MB",
                    "at rest, % of a CPU",
                    "CPU s per 100: all = own + programs (floor)",
                    "connect µs direct / + last",
                    "burst ms (syncs)");

    /// The same for a mode measured at the seam.
    static final List<String> SEAM_HEAD =
            List.of(
                    "services",
                    "one endpoint, ms p50 / p90 / max",
                    "system calls",
                    "first, s",
                    "ipvsadm --restore, s",
                    "ipset restore, s");

    private MarkdownTable() {}

    static String of(Report report) {
        StringBuilder text = new StringBuilder();
        report.surroundings()
                .forEach((fact, value) ->
                        text.append("- ").append(fact).append(": ").append(value).append('\n'));
        if (!report.figures().isEmpty()) {
            text.append('\n');
            append(HEAD, report.figures().stream().map(MarkdownTable::row).toList(), text);
        }
        if (!report.ipvs().isEmpty()) {
            text.append("\nmode ipvs, at the seam\n\n");
            text.append(ofSeam(report.ipvs()));
        }
        report.figures().stream()
                .filter(figures -> figures.problem != null)
                .forEach(figures ->
                        text.append(
                                "\n%s, %s, %s: %s\n"
                                        .formatted(
                                                figures.subject,
                                                figures.flavour,
                                                figures.size,
                                                figures.problem)));
        return text.toString();
    }

    static String ofSeam(List<SeamFigures> figures) {
        StringBuilder text = new StringBuilder();
        append(SEAM_HEAD, figures.stream().map(MarkdownTable::row).toList(), text);
        return text.toString();
    }

    static List<String> row(Figures figures) {
        return List.of(
                figures.subject,
                figures.flavour,
                figures.size.toString(),
                figures.lines == 0 ? "–" : Long.toString(figures.lines),
                "%s (%s)"
                        .formatted(
                                number("%.2f", figures.starts.median() / 1000),
                                number("%.2f", figures.startCpu.median())),
                "%s (%s)"
                        .formatted(
                                number("%.2f", figures.startFloor() / 1000),
                                number("%.2f", figures.starts.median() / figures.startFloor())),
                "%s / %s / %s"
                        .formatted(
                                number("%.0f", figures.updates.median()),
                                number("%.0f", figures.updates.quantile(0.9)),
                                number("%.0f", figures.updates.max())),
                number("%.0f", figures.floor.median()),
                number("%.2f", figures.updatesPerFloor()),
                number("%.0f", figures.residentMb),
                number("%.1f", figures.restCpuPercent),
                "%s = %s + %s (%s)"
                        .formatted(
                                number("%.1f", figures.cpuPer100()),
                                number("%.1f", figures.ownCpuPer100),
                                number("%.1f", figures.childrenCpuPer100),
                                number("%.1f", figures.floorCpuPer100)),
                "%s / +%s"
                        .formatted(
                                number(
                                        "%.1f",
                                        figures.connects
                                                .getOrDefault("direct", Samples.NONE)
                                                .median()),
                                number("%.1f", figures.connectExtra())),
                "%s (%s)"
                        .formatted(
                                number("%.0f", figures.bursts.median()),
                                number("%.0f", figures.burstCommits.median())));
    }

    static List<String> row(SeamFigures figures) {
        return List.of(
                figures.size().toString(),
                "%s / %s / %s"
                        .formatted(
                                number("%.2f", figures.changeMs().median()),
                                number("%.2f", figures.changeMs().quantile(0.9)),
                                number("%.2f", figures.changeMs().max())),
                number("%.1f", figures.callsPerChange()),
                number("%.2f", figures.firstMs() / 1000),
                number("%.2f", figures.ipvsadmMs() / 1000),
                number("%.2f", figures.ipsetMs() / 1000));
    }

    private static String number(String format, double value) {
        return Double.isNaN(value) ? "–" : String.format(Locale.ROOT, format, value);
    }

    private static void append(List<String> head, List<List<String>> rows, StringBuilder text) {
        int[] widths = widths(head, rows);
        text.append(line(head, widths));
        List<String> rule = new ArrayList<>();
        for (int width : widths) {
            rule.add("-".repeat(width));
        }
        text.append(line(rule, widths));
        rows.forEach(row -> text.append(line(row, widths)));
    }

    private static int[] widths(List<String> head, List<List<String>> rows) {
        int[] widths = new int[head.size()];
        for (int i = 0; i < widths.length; i++) {
            widths[i] = head.get(i).length();
            for (List<String> row : rows) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        return widths;
    }

    private static String line(List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder("|");
        for (int i = 0; i < cells.size(); i++) {
            String cell = cells.get(i);
            line.append(' ')
                    .append(cell)
                    .append(" ".repeat(widths[i] - cell.length()))
                    .append(" |");
        }
        return line.append('\n').toString();
    }
}
