package dev.swivel.lab.bench;

import java.util.List;
import java.util.Map;

/// The report as one page that needs nothing else.
final class HtmlReport {
    private static final String HEAD =
            """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Swivel: benchmarks</title>
            <style>
            body { font-family: sans-serif; margin: 2em auto; max-width: 75em; padding: 0 1em; color: #222; background: #fff }
            table { border-collapse: collapse; margin: 1em 0 }
            th, td { border: 1px solid #ddd; padding: 0.3em 0.6em; text-align: left; font-size: 90% }
            .scroll { overflow-x: auto }
            svg { max-width: 100%; height: auto; margin: 1em 1em 0 0 }
            </style>
            </head>
            <body>
            <h1>Swivel: benchmarks</h1>
            """;

    private HtmlReport() {}

    static String of(Report report) {
        StringBuilder page = new StringBuilder();
        table(page, MarkdownTable.HEAD, report.figures().stream().map(MarkdownTable::row).toList());
        table(
                page,
                MarkdownTable.SEAM_HEAD,
                report.ipvs().stream().map(MarkdownTable::row).toList());
        for (Figures figures : report.figures()) {
            if (figures.problem != null) {
                page.append("<p>")
                        .append(
                                LinePlot.escaped(
                                        "%s, %s, %s: %s"
                                                .formatted(
                                                        figures.subject,
                                                        figures.flavour,
                                                        figures.size,
                                                        figures.problem)))
                        .append("</p>\n");
            }
        }
        Plots.of(report).forEach(plot -> page.append(plot.svg()));
        return page(report.surroundings(), page.toString());
    }

    /// A whole page: the machine, then what is given.
    static String page(Map<String, String> surroundings, String content) {
        StringBuilder page = new StringBuilder(HEAD);
        page.append("<table>\n");
        surroundings.forEach((fact, value) -> row(page, "td", List.of(fact, value)));
        page.append("</table>\n").append(content);
        return page.append("</body>\n</html>\n").toString();
    }

    static void table(StringBuilder page, List<String> head, List<List<String>> rows) {
        if (rows.isEmpty()) {
            return;
        }
        page.append("<div class=\"scroll\"><table>\n");
        row(page, "th", head);
        rows.forEach(each -> row(page, "td", each));
        page.append("</table></div>\n");
    }

    private static void row(StringBuilder page, String tag, List<String> cells) {
        page.append("<tr>");
        for (String cell : cells) {
            page.append('<').append(tag).append('>').append(LinePlot.escaped(cell));
            page.append("</").append(tag).append('>');
        }
        page.append("</tr>\n");
    }
}
