package dev.swivel.daemon.pages;

import com.sun.net.httpserver.HttpExchange;
import dev.swivel.core.http.HttpAnswers;
import dev.swivel.core.http.Pages;
import dev.swivel.daemon.log.Logs;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/// `/debug`, where profiling is enabled. A JVM has no Go profiles; what it has of the kind is
/// given, and for the rest it is said what to use.
final class DebugPages {
    private static final int LONGEST_VERBOSITY = 9;

    private DebugPages() {}

    static void addTo(Pages pages) {
        pages.add("/debug/pprof", exchange -> text(exchange, 200, index()))
                .add("/debug/pprof/", DebugPages::other)
                .addText("/debug/pprof/cmdline", DebugPages::commandLine)
                .addText("/debug/pprof/goroutine", DebugPages::threads)
                .addText("/debug/pprof/heap", DebugPages::memory)
                .add("/debug/flags/v", DebugPages::verbosity);
    }

    private static String index() {
        return """
        /debug/pprof/cmdline    the command line
        /debug/pprof/goroutine  the stacks of all platform threads
        /debug/pprof/heap       use of each memory pool
        For profiles of processor, allocation and locks, use the JDK on the node:
          jcmd %d JFR.start duration=30s filename=/tmp/swivel.jfr
        """
                .formatted(ProcessHandle.current().pid());
    }

    private static void other(HttpExchange exchange) throws IOException {
        boolean root = exchange.getRequestURI().getPath().equals("/debug/pprof/");
        text(exchange, root ? 200 : 404, root ? index() : "a JVM has no such profile\n" + index());
    }

    private static void text(HttpExchange exchange, int code, String body) throws IOException {
        HttpAnswers.send(exchange, code, HttpAnswers.TEXT, body);
    }

    private static String commandLine() {
        ProcessHandle.Info info = ProcessHandle.current().info();
        return info.command().orElse("")
                + '\0'
                + String.join("\0", info.arguments().orElse(new String[0]));
    }

    private static String threads() {
        return Thread.getAllStackTraces().entrySet().stream()
                .map(DebugPages::thread)
                .sorted()
                .collect(Collectors.joining("\n"));
    }

    private static String thread(Map.Entry<Thread, StackTraceElement[]> entry) {
        return entry.getKey().getName()
                + " ("
                + entry.getKey().getState()
                + ")\n"
                + Arrays.stream(entry.getValue())
                        .map(frame -> "    " + frame + "\n")
                        .collect(Collectors.joining());
    }

    private static String memory() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .map(DebugPages::pool)
                .collect(Collectors.joining());
    }

    private static String pool(MemoryPoolMXBean pool) {
        return pool.getName() + ": " + pool.getUsage() + "\n";
    }

    /// `PUT` sets the verbosity of the log, as in Kubernetes components.
    private static void verbosity(HttpExchange exchange) throws IOException {
        if (!exchange.getRequestMethod().equals("PUT")) {
            text(exchange, 405, "method not allowed: PUT a number\n");
            return;
        }
        byte[] body = exchange.getRequestBody().readNBytes(LONGEST_VERBOSITY);
        String value = new String(body, StandardCharsets.UTF_8).strip();
        if (!value.matches("[0-9]{1,9}")) {
            text(exchange, 400, "the verbosity must be a whole number\n");
            return;
        }
        Logs.verbosity(Integer.parseInt(value));
        text(exchange, 200, "successfully set klog.logging.verbosity to " + value);
    }
}
