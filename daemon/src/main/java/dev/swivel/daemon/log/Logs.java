package dev.swivel.daemon.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.LayoutBase;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import dev.swivel.core.config.ConfigDefaults;
import dev.swivel.core.config.ProxyConfig;
import java.nio.charset.StandardCharsets;
import org.slf4j.LoggerFactory;

/// Sets logging up by code: no configuration file is searched for, and everything goes to standard
/// error.
public final class Logs {
    private static final String OURS = "dev.swivel";
    private static final String NETTY = "io.netty";
    private static final int LIBRARIES_TOO = 7;

    private Logs() {}

    /// @param silenced a logger that writes nothing, whatever the verbosity below trace
    public static void configure(ProxyConfig.Logging settings, String silenced) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setTarget("System.err");
        console.setEncoder(
                encoder(
                        context,
                        settings.format().equals("json") ? new KlogJson() : new KlogText()));
        console.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        root.addAppender(console);
        context.getLogger(OURS).setLevel(Verbosity.level(settings.verbosity()));
        context.getLogger(NETTY).setLevel(Level.ERROR); // warns of a machine without interfaces
        context.getLogger(silenced)
                .setLevel(settings.verbosity() >= LIBRARIES_TOO ? Level.INFO : Level.OFF);
        if (!settings.vmodule().isEmpty()) {
            context.addTurboFilter(new FileLevels(settings.vmodule()));
        }
    }

    /// For commands that end with an answer: warnings, but none of the source, whose trouble is the
    /// command's own answer.
    public static void quiet(String silenced) {
        configure(ConfigDefaults.defaults().logging(), silenced);
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.getLogger(OURS).setLevel(Level.WARN);
        context.getLogger("dev.swivel.core.watch").setLevel(Level.OFF);
    }

    /// Another verbosity from now on, as klog's `/debug/flags/v` sets it.
    public static void verbosity(int verbosity) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.getLogger(OURS).setLevel(Verbosity.level(verbosity));
    }

    private static LayoutWrappingEncoder<ILoggingEvent> encoder(
            LoggerContext context, LayoutBase<ILoggingEvent> layout) {
        layout.setContext(context);
        layout.start();
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(context);
        encoder.setCharset(StandardCharsets.UTF_8);
        encoder.setLayout(layout);
        encoder.start();
        return encoder;
    }
}
