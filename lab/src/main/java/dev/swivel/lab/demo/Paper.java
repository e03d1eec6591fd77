package dev.swivel.lab.demo;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/// What the demo writes on: plain lines, steps with their time, and tables; in colour only where a
/// person looks.
final class Paper {
    private static final String GREEN = "\u001b[32m";
    private static final String RED = "\u001b[31m";
    private static final String BOLD = "\u001b[1m";
    private static final String DIM = "\u001b[2m";
    private static final String OFF = "\u001b[0m";

    private final PrintStream out;
    private final boolean colour;

    Paper(PrintStream out, boolean colour) {
        this.out = out;
        this.colour = colour;
    }

    void line(String text) {
        out.println(text);
        out.flush();
    }

    void heading(String text) {
        line("");
        line(paint(BOLD, text));
    }

    /// One step that is done, and how long it took.
    void step(String what, String detail, Duration took) {
        line("  %-10s %-96s %s".formatted(what, detail, paint(DIM, seconds(took))));
    }

    String good(String text) {
        return paint(GREEN, text);
    }

    String bad(String text) {
        return paint(RED, text);
    }

    /// A table with columns as wide as their widest cell. The last column may be painted: it is not
    /// padded.
    void table(List<String> head, List<List<String>> rows) {
        int[] widths = new int[head.size()];
        for (int column = 0; column < head.size(); column++) {
            widths[column] = head.get(column).length();
            for (List<String> row : rows) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        line("  " + paint(BOLD, joined(head, widths)));
        rows.forEach(row -> line("  " + joined(row, widths)));
    }

    private static String joined(List<String> cells, int[] widths) {
        StringBuilder text = new StringBuilder();
        for (int column = 0; column < cells.size(); column++) {
            String cell = cells.get(column);
            text.append(cell);
            if (column < cells.size() - 1) {
                text.append(" ".repeat(widths[column] - cell.length() + 2));
            }
        }
        return text.toString();
    }

    static String seconds(Duration duration) {
        double seconds = duration.toNanos() / 1e9;
        return seconds < 1
                ? String.format(Locale.ROOT, "%.0f ms", seconds * 1000)
                : String.format(Locale.ROOT, "%.1f s", seconds);
    }

    private String paint(String code, String text) {
        return colour ? code + text + OFF : text;
    }
}
