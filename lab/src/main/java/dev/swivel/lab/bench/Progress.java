package dev.swivel.lab.bench;

import java.io.PrintStream;
import java.util.Locale;

/// What people see while it runs.
final class Progress {
    private final PrintStream out;
    private final long start = System.nanoTime();

    Progress(PrintStream out) {
        this.out = out;
    }

    void heading(String text) {
        line("");
        line(text);
    }

    void step(String what, String detail) {
        line(
                String.format(
                        Locale.ROOT,
                        "%6.0f s  %-8s %s",
                        (System.nanoTime() - start) / 1e9,
                        what,
                        detail));
    }

    void line(String text) {
        out.println(text);
        out.flush();
    }
}
