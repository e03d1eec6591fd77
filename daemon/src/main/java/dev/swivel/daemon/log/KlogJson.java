package dev.swivel.daemon.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/// One JSON object per line with klog's keys: `ts` (milliseconds), `caller`, `msg`, `v`; errors
/// carry `err` and no `v`.
final class KlogJson extends LayoutBase<ILoggingEvent> {
    @Override
    public String doLayout(ILoggingEvent event) {
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        line.put("ts", event.getTimeStamp() + event.getNanoseconds() % 1_000_000 / 1e6);
        line.put("caller", KlogText.source(event));
        line.put("msg", event.getFormattedMessage());
        if (event.getLevel().isGreaterOrEqual(Level.ERROR)) {
            line.put(
                    "err",
                    event.getThrowableProxy() == null
                            ? event.getFormattedMessage()
                            : ThrowableProxyUtil.asString(event.getThrowableProxy()));
        } else {
            line.put("v", event.getLevel().isGreaterOrEqual(Level.INFO) ? 0 : 4);
        }
        return line + "\n";
    }
}
