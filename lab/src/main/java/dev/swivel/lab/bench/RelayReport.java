package dev.swivel.lab.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.swivel.lab.api.store.Json;
import dev.swivel.lab.bench.LinePlot.Point;
import dev.swivel.lab.bench.LinePlot.Series;
import dev.swivel.lab.bench.RelayFigures.Figure;
import dev.swivel.lab.bench.seam.SeamFigures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The figures of the ways as JSON, Markdown and a page with a plot.
final class RelayReport {
    private static final int CURVE_POINTS = 50;

    /// The slowest request that the plot shows: beyond that it is a matter of the machine.
    private static final double SHOWN = 0.995;

    private final Map<String, String> surroundings;
    private final List<RelayFigures> ways;
    private final List<List<Figure>> figures;
    private final List<SeamFigures> seam;

    /// @param seam what a change costs, by size
    RelayReport(Map<String, String> surroundings, List<RelayFigures> ways, List<SeamFigures> seam) {
        this.surroundings = surroundings;
        this.ways = ways;
        this.figures = ways.stream().map(RelayFigures::all).toList();
        this.seam = seam;
    }

    void write(Path directory) throws IOException {
        new ObjectMapper()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .writeValue(directory.resolve("relay.json").toFile(), json());
        Files.writeString(directory.resolve("relay.md"), markdown());
        Files.writeString(directory.resolve("relay.html"), html());
    }

    /// A row for each figure, a column for each way.
    String markdown() {
        StringBuilder text = new StringBuilder();
        surroundings.forEach((fact, value) ->
                text.append("- ").append(fact).append(": ").append(value).append('\n'));
        text.append('\n');
        for (List<String> row : rows()) {
            text.append("| ").append(String.join(" | ", row)).append(" |\n");
            if (row.getFirst().isEmpty()) {
                text.append("|---".repeat(row.size())).append("|\n");
            }
        }
        text.append("\none endpoint changes, at the seam\n\n").append(MarkdownTable.ofSeam(seam));
        return text.toString();
    }

    private List<List<String>> rows() {
        List<List<String>> rows = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of(""));
        ways.forEach(each -> head.add(each.subject));
        head.add("swivel / haproxy");
        rows.add(head);
        for (int i = 0; i < figures.getFirst().size(); i++) {
            List<String> row = new ArrayList<>(List.of(figures.getFirst().get(i).name()));
            for (List<Figure> each : figures) {
                row.add(number(each.get(i).value()));
            }
            row.add(number(value("swivel", i) / value("haproxy", i)));
            rows.add(row);
        }
        return rows;
    }

    private double value(String subject, int figure) {
        for (int i = 0; i < ways.size(); i++) {
            if (ways.get(i).subject.equals(subject)) {
                return figures.get(i).get(figure).value();
            }
        }
        return Double.NaN;
    }

    private static String number(double value) {
        if (Double.isNaN(value)) {
            return "–";
        }
        return String.format(
                Locale.ROOT, value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f", value);
    }

    private ObjectNode json() {
        ObjectNode root = Json.object();
        ObjectNode machine = root.putObject("surroundings");
        surroundings.forEach(machine::put);
        for (int i = 0; i < ways.size(); i++) {
            ObjectNode subject = root.putObject(ways.get(i).subject);
            for (Figure figure : figures.get(i)) {
                var values = subject.putArray(figure.name());
                figure.values().forEach(value -> values.add(Math.round(value * 1000) / 1000.0));
            }
        }
        var changes = root.putArray("changes");
        seam.forEach(each -> changes.add(each.json()));
        return root;
    }

    private String html() {
        StringBuilder table = new StringBuilder("<div class=\"scroll\"><table>\n");
        rows().forEach(row -> {
            table.append("<tr>");
            row.forEach(
                    cell -> table.append("<td>").append(LinePlot.escaped(cell)).append("</td>"));
            table.append("</tr>\n");
        });
        table.append("</table></div>\n");
        HtmlReport.table(
                table, MarkdownTable.SEAM_HEAD, seam.stream().map(MarkdownTable::row).toList());
        table.append(plot().svg()).append(Plots.seamChange("userspace", seam).svg());
        return HtmlReport.page(surroundings, table.toString());
    }

    private LinePlot plot() {
        List<Series> curves = new ArrayList<>();
        for (RelayFigures each : ways) {
            Samples samples = each.requests.all();
            List<Point> points = new ArrayList<>();
            for (int i = 0; i <= CURVE_POINTS && !samples.isEmpty(); i++) {
                double part = SHOWN * i / CURVE_POINTS;
                points.add(new Point(samples.quantile(part), part * 100));
            }
            curves.add(new Series(each.subject, each.subject.equals("direct"), points));
        }
        return new LinePlot(
                "A small request on a kept connection: how many per cent take no longer",
                "microseconds",
                "%",
                false,
                curves);
    }
}
