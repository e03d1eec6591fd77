package dev.swivel.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SamplesTest {
    @Test
    void aQuantileIsOneOfTheValues() {
        Samples samples = new Samples(List.of(5.0, 1.0, 4.0, 2.0, 3.0));
        assertThat(samples.median()).isEqualTo(3);
        assertThat(samples.quantile(0)).isEqualTo(1);
        assertThat(samples.quantile(0.9)).isEqualTo(5);
        assertThat(samples.max()).isEqualTo(5);
    }

    @Test
    void nothingHasNoMedian() {
        assertThat(Samples.NONE.median()).isNaN();
    }
}
