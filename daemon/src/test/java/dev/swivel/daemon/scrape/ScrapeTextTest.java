package dev.swivel.daemon.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScrapeTextTest {
    /// As strconv.FormatFloat(x, 'g', -1, 64) has them.
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1, 1",
        "-1, -1",
        "0.001, 0.001",
        "0.00001, 1e-05",
        "16.384, 16.384",
        "818711.6, 818711.6",
        "999999, 999999",
        "1000000, 1e+06",
        "1763737285.25, 1.76373728525e+09",
        "-2500000, -2.5e+06",
        "NaN, NaN",
        "Infinity, +Inf",
        "1e300, 1e+300",
    })
    void numbersAreWrittenAsGoWritesThem(double value, String text) {
        assertThat(ScrapeText.number(value)).isEqualTo(text);
    }

    @Test
    void labelsAreEscaped() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Counter.builder("swivel.x.total")
                .description("back\\slash\nline")
                .tag("of", "a\"b\\c\nd")
                .register(registry)
                .increment(3);
        assertThat(ScrapeText.of(registry.getPrometheusRegistry().scrape()))
                .isEqualTo(
                        """
                        # HELP swivel_x_total back\\\\slash\\nline
                        # TYPE swivel_x_total counter
                        swivel_x_total{of="a\\"b\\\\c\\nd"} 3
                        """);
    }
}
