package dev.swivel.lab.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.swivel.lab.api.store.Json;
import dev.swivel.lab.bench.LinePlot.Point;
import dev.swivel.lab.bench.LinePlot.Series;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The figures of the ways as JSON, Markdown and a page with a plot.
record RelayReport(Map<String, String> surroundings, List<RelayFigures> figures) {
    private static final int CURVE_POINTS = 50;

    /// The slowest request that the plot shows: beyond that it is a matter of the machine.
    private static final double SHOWN = 0.995;

    void write(Path directory) throws IOException {
        new ObjectMapper()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .writeValue(directory.resolve("relay.json").toFile(), json());
        Files.writeString(directory.resolve("relay.md"), markdown());
        Files.writeString(directory.resolve("relay.html"), html());
    }

    /// A row for each figure, a column for each way: medians over the rounds.
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
        return text.toString();
    }

    private List<List<String>> rows() {
        List<List<String>> rows = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of(""));
        figures.forEach(each -> head.add(each.subject));
        rows.add(head);
        for (int i = 0; i < figures.getFirst().all().size(); i++) {
            List<String> row = new ArrayList<>();
            row.add(figures.getFirst().all().get(i).name);
            for (RelayFigures each : figures) {
                row.add(number(each.all().get(i).median()));
            }
            rows.add(row);
        }
        return rows;
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
        for (RelayFigures each : figures) {
            ObjectNode subject = root.putObject(each.subject);
            for (RelayFigures.Series series : each.all()) {
                var values = subject.putArray(series.name);
                series.values.forEach(value -> values.add(Math.round(value * 1000) / 1000.0));
            }
        }
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
        return HtmlReport.page(surroundings, table.append("</table></div>\n") + plot().svg());
    }

    private LinePlot plot() {
        List<Series> curves = new ArrayList<>();
        for (RelayFigures each : figures) {
            Samples samples = new Samples(each.requests);
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
