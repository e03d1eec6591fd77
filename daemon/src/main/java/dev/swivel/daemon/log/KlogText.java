package dev.swivel.daemon.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;

/// One line per event, as klog writes it: `Lmmdd hh:mm:ss.uuuuuu threadid file:line] message`. In
/// the place of the thread id klog has the process id, in seven columns.
final class KlogText extends LayoutBase<ILoggingEvent> {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("MMdd HH:mm:ss.SSSSSS").withZone(ZoneId.systemDefault());

    /// Names and answers of others end up in messages; what they write stays on one line.
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}+");

    private static final String PROCESS = String.format(" %7d ", ProcessHandle.current().pid());

    @Override
    public String doLayout(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(160);
        line.append(severity(event.getLevel()));
        TIME.formatTo(time(event), line);
        line.append(PROCESS).append(source(event)).append("] ");
        line.append(CONTROL.matcher(event.getFormattedMessage()).replaceAll(" ")).append('\n');
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

    private static Instant time(ILoggingEvent event) {
        return Instant.ofEpochMilli(event.getTimeStamp())
                .plusNanos(event.getNanoseconds() % 1_000_000);
    }

    /// File and line of the call.
    static String source(ILoggingEvent event) {
        StackTraceElement[] callers = event.getCallerData();
        return callers.length == 0
                ? "???:1" // as klog says when it does not know
                : callers[0].getFileName() + ":" + callers[0].getLineNumber();
    }
}
