package dev.swivel.lab.bench;

/// The report as one page that needs nothing else.
final class HtmlReport {
    private HtmlReport() {}

    static String of(Report report) {
        return "<p>" + MarkdownTable.of(report) + "</p>";
    }
}
