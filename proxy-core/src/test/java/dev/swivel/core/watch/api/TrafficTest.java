package dev.swivel.core.watch.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class TrafficTest {
    @Test
    void aFailureIsToldInOneLine() {
        Throwable garbled = catchThrowable(() -> new ObjectMapper().readTree("{]"));
        assertThat(Traffic.describe(new IOException("broke off", garbled)))
                .startsWith("IOException broke off: JsonParseException Unexpected close marker")
                .hasLineCount(1);
    }
}
