package dev.swivel.daemon.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.swivel.core.config.ProxyConfig.Logging;
import dev.swivel.core.config.ProxyConfig.Vmodule;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class LogFormatTest {
    private static final Logger log = LoggerFactory.getLogger("dev.swivel.some.SyncLoop");
    private static final Logger other = LoggerFactory.getLogger("dev.swivel.some.ApiSource");

    @Test
    void textIsKlogsToTheLetter() {
        String text =
                logged(
                        new Logging("text", 0, List.of()),
                        () -> {
                            log.info("{} came", "shop/web:\nhttp\u001b");
                            log.warn("careful");
                            log.error("broken");
                        });
        // https://pkg.go.dev/k8s.io/klog/v2: Lmmdd hh:mm:ss.uuuuuu threadid file:line] msg...
        assertThat(text.lines())
                .satisfiesExactly(
                        line -> assertThat(line).matches(klog("I", "shop/web: http  came")),
                        line -> assertThat(line).matches(klog("W", "careful")),
                        line -> assertThat(line).matches(klog("E", "broken")));
    }

    private static String klog(String severity, String message) {
        return severity
                + "\\d{4} \\d{2}:\\d{2}:\\d{2}\\.\\d{6} +"
                + ProcessHandle.current().pid()
                + " LogFormatTest\\.java:\\d+\\] "
                + message;
    }

    @Test
    void jsonHasTheKeysOfKubernetesComponents() throws Exception {
        String text =
                logged(
                        new Logging("json", 2, List.of()),
                        () -> {
                            log.info("plain \"quoted\"");
                            log.debug("detail");
                            log.error("broken", new IllegalStateException("why"));
                        });
        List<String> lines = text.lines().toList();
        JsonNode info = new ObjectMapper().readTree(lines.get(0));
        assertThat(info.propertyStream().map(java.util.Map.Entry::getKey))
                .containsExactly("ts", "caller", "msg", "v");
        assertThat(info.get("msg").textValue()).isEqualTo("plain \"quoted\"");
        assertThat(info.get("v").intValue()).isZero();
        assertThat(info.get("caller").textValue()).matches("LogFormatTest\\.java:\\d+");
        assertThat(lines.get(0)).matches("\\{\"ts\":\\d{13}\\.\\d{1,3},.*");
        assertThat(new ObjectMapper().readTree(lines.get(1)).get("v").intValue()).isEqualTo(2);
        JsonNode error = new ObjectMapper().readTree(lines.get(2));
        assertThat(error.has("v")).isFalse();
        assertThat(error.get("err").textValue()).contains("why");
    }

    @Test
    void verbosityAndVmoduleChooseWhatIsWritten() {
        Runnable everything =
                () -> {
                    log.info("sync 0");
                    log.debug("sync 2");
                    log.trace("sync 6");
                    other.debug("api 2");
                };
        assertThat(logged(new Logging("text", 0, List.of()), everything))
                .contains("sync 0")
                .doesNotContain("sync 2", "api 2");
        assertThat(logged(new Logging("text", 2, List.of()), everything))
                .contains("sync 2", "api 2")
                .doesNotContain("sync 6");
        assertThat(logged(new Logging("text", 0, List.of(new Vmodule("Sync*", 6))), everything))
                .contains("sync 0", "sync 2", "sync 6")
                .doesNotContain("api 2");
        assertThat(logged(new Logging("text", 0, List.of(new Vmodule("ApiSourc?", 2))), everything))
                .contains("api 2")
                .doesNotContain("sync 2");
    }

    private static String logged(Logging settings, Runnable what) {
        PrintStream before = System.err;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
            Logs.configure(settings, "dev.swivel.silenced");
            what.run();
        } finally {
            System.setErr(before);
            Logs.configure(new Logging("text", 0, List.of()), "dev.swivel.silenced");
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
