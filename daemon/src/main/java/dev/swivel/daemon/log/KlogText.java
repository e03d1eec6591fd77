package dev.swivel.daemon.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/// One line per event, as klog writes it: `I0102 15:04:05.000000 thread source] message`.
final class KlogText extends LayoutBase<ILoggingEvent> {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("MMdd HH:mm:ss.SSSSSS").withZone(ZoneId.systemDefault());

    @Override
    public String doLayout(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(160);
        line.append(severity(event.getLevel()));
        TIME.formatTo(
                Instant.ofEpochMilli(event.getTimeStamp())
                        .plusNanos(event.getNanoseconds() % 1_000_000),
                line);
        line.append("  ")
                .append(event.getThreadName())
                .append(' ')
                .append(source(event))
                .append("] ");
        line.append(event.getFormattedMessage()).append('\n');
        if (event.getThrowableProxy() != null) {
            line.append(ThrowableProxyUtil.asString(event.getThrowableProxy())).append('\n');
        }
        return line.toString();
    }

    private static char severity(Level level) {
        return switch (level.levelInt) {
            case Level.ERROR_INT -> 'E';
            case Level.WARN_INT -> 'W';
            default -> 'I';
        };
    }

    static String source(ILoggingEvent event) {
        String name = event.getLoggerName();
        return name.substring(name.lastIndexOf('.') + 1);
    }
}
