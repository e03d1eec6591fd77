package dev.swivel.lab.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A plot of lines as SVG text that stands by itself.
///
/// @param logX whether the horizontal axis counts in powers; all x are above 0 then
record LinePlot(String title, String xLabel, String yLabel, boolean logX, List<Series> series) {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 360;
    private static final int LEFT = 64;
    private static final int RIGHT = 20;
    private static final int TOP = 36;
    private static final int BOTTOM = 48;
    private static final int LEGEND_LINE = 16;

    /// Told apart by people who do not tell red from green (Okabe and Ito's palette).
    private static final List<String> COLOURS =
            List.of("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9");

    record Point(double x, double y) {}

    /// @param aside drawn dashed and grey: something to compare with
    record Series(String name, boolean aside, List<Point> points) {
        Series {
            points =
                    points.stream()
                            .filter(p -> Double.isFinite(p.x()) && Double.isFinite(p.y()))
                            .toList();
        }
    }

    LinePlot {
        series = series.stream().filter(each -> !each.points().isEmpty()).toList();
    }

    String svg() {
        int height = HEIGHT + LEGEND_LINE * series.size();
        StringBuilder svg = new StringBuilder();
        svg.append(
                """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" font-family="sans-serif" font-size="12">
                <rect width="100%%" height="100%%" fill="#ffffff"/>
                <text x="%d" y="20" font-size="14" font-weight="bold">%s</text>
                """
                        .formatted(WIDTH, height, WIDTH, height, LEFT, escaped(title)));
        Axis x = xAxis();
        Axis y = yAxis();
        grid(svg, x, y);
        for (int i = 0; i < series.size(); i++) {
            draw(svg, i, x, y);
        }
        return svg.append("</svg>\n").toString();
    }

    private Axis xAxis() {
        List<Double> values =
                series.stream().flatMap(s -> s.points().stream()).map(Point::x).toList();
        return logX ? Axis.logarithmic(values) : Axis.fromZero(values);
    }

    private Axis yAxis() {
        return Axis.fromZero(
                series.stream().flatMap(s -> s.points().stream()).map(Point::y).toList());
    }

    private void grid(StringBuilder svg, Axis x, Axis y) {
        for (double tick : y.ticks()) {
            double at = screenY(y, tick);
            line(svg, LEFT, at, WIDTH - RIGHT, at);
            label(svg, LEFT - 6, at + 4, "end", Axis.text(tick));
        }
        for (double tick : x.ticks()) {
            double at = screenX(x, tick);
            line(svg, at, TOP, at, HEIGHT - BOTTOM);
            label(svg, at, HEIGHT - BOTTOM + 16, "middle", Axis.text(tick));
        }
        label(svg, (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - BOTTOM + 34, "middle", xLabel);
        label(svg, WIDTH - RIGHT, 20, "end", yLabel);
    }

    private void draw(StringBuilder svg, int index, Axis x, Axis y) {
        Series each = series.get(index);
        String colour = each.aside() ? "#777777" : COLOURS.get(index % COLOURS.size());
        String dash = each.aside() ? " stroke-dasharray=\"5 4\"" : "";
        List<String> corners = new ArrayList<>();
        for (Point point : each.points()) {
            corners.add(number(screenX(x, point.x())) + "," + number(screenY(y, point.y())));
        }
        svg.append(
                "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\"%s points=\"%s\"/>\n"
                        .formatted(colour, dash, String.join(" ", corners)));
        if (corners.size() <= 12) {
            for (String corner : corners) {
                String[] xy = corner.split(",", -1);
                svg.append(
                        "<circle cx=\"%s\" cy=\"%s\" r=\"3\" fill=\"%s\"/>\n"
                                .formatted(xy[0], xy[1], colour));
            }
        }
        double at = HEIGHT + LEGEND_LINE * index;
        svg.append(
                "<line x1=\"%d\" y1=\"%s\" x2=\"%d\" y2=\"%s\" stroke=\"%s\" stroke-width=\"2\"%s/>\n"
                        .formatted(LEFT, number(at - 4), LEFT + 24, number(at - 4), colour, dash));
        label(svg, LEFT + 30, at, "start", each.name());
    }

    private static double screenX(Axis axis, double value) {
        return LEFT + axis.part(value) * (WIDTH - LEFT - RIGHT);
    }

    private static double screenY(Axis axis, double value) {
        return HEIGHT - BOTTOM - axis.part(value) * (HEIGHT - BOTTOM - TOP);
    }

    private static void line(StringBuilder svg, double x1, double y1, double x2, double y2) {
        svg.append(
                "<line x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\" stroke=\"#dddddd\"/>\n"
                        .formatted(number(x1), number(y1), number(x2), number(y2)));
    }

    private static void label(StringBuilder svg, double x, double y, String anchor, String text) {
        svg.append(
                "<text x=\"%s\" y=\"%s\" text-anchor=\"%s\">%s</text>\n"
                        .formatted(number(x), number(y), anchor, escaped(text)));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
