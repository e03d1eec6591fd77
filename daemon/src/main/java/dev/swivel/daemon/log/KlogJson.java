package dev.swivel.daemon.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;

/// One JSON object per line with the keys of Kubernetes components: `ts` (milliseconds), `caller`,
/// `msg`, and `v`, which errors do not have; they may have `err`.
final class KlogJson extends LayoutBase<ILoggingEvent> {
    @Override
    public String doLayout(ILoggingEvent event) {
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        long micros = event.getTimeStamp() * 1000 + event.getNanoseconds() / 1000 % 1000;
        line.put("ts", BigDecimal.valueOf(micros, 3));
        line.put("caller", KlogText.source(event));
        line.put("msg", event.getFormattedMessage());
        if (!event.getLevel().isGreaterOrEqual(Level.ERROR)) {
            line.put("v", Verbosity.of(event.getLevel()));
        }
        if (event.getThrowableProxy() != null) {
            line.put("err", ThrowableProxyUtil.asString(event.getThrowableProxy()));
        }
        return line + "\n";
    }
}
