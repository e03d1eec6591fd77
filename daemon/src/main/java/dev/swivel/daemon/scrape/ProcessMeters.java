package dev.swivel.daemon.scrape;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/// `process_*`, read from /proc at each scrape, under the names and with the help of Prometheus' Go
/// library. Of `go_*`, only what a JVM has too and kubernetes-mixin's dashboard draws: threads.
public final class ProcessMeters {
    private static final Path SELF = Path.of("/proc/self");
    private static final double TICKS_A_SECOND = 100; // USER_HZ, on every architecture we run on
    private static final double KIB = 1024;

    private ProcessMeters() {}

    public static void register(MeterRegistry registry) {
        counter(
                registry,
                "process_cpu_seconds_total",
                "Total user and system CPU time spent in seconds.",
                _ -> cpuSeconds());
        counter(
                registry,
                "process_network_receive_bytes_total",
                "Number of bytes received by the process over the network.",
                _ -> networkBytes("InOctets"));
        counter(
                registry,
                "process_network_transmit_bytes_total",
                "Number of bytes sent by the process over the network.",
                _ -> networkBytes("OutOctets"));
        gauge(registry, "process_open_fds", "Number of open file descriptors.", _ -> openFiles());
        gauge(
                registry,
                "process_max_fds",
                "Maximum number of open file descriptors.",
                _ -> limit("Max open files"));
        gauge(
                registry,
                "process_virtual_memory_bytes",
                "Virtual memory size in bytes.",
                _ -> status("VmSize") * KIB);
        gauge(
                registry,
                "process_virtual_memory_max_bytes",
                "Maximum amount of virtual memory available in bytes.",
                _ -> limit("Max address space"));
        gauge(
                registry,
                "process_resident_memory_bytes",
                "Resident memory size in bytes.",
                _ -> status("VmRSS") * KIB);
        double started = startSeconds();
        gauge(
                registry,
                "process_start_time_seconds",
                "Start time of the process since unix epoch in seconds.",
                _ -> started);
        gauge(
                registry,
                "go_goroutines",
                "Number of goroutines that currently exist.",
                _ -> ManagementFactory.getThreadMXBean().getThreadCount());
        gauge(registry, "go_threads", "Number of OS threads created.", _ -> status("Threads"));
    }

    private static void counter(
            MeterRegistry registry, String name, String help, ToDoubleFunction<Path> value) {
        FunctionCounter.builder(name, SELF, value).description(help).register(registry);
    }

    private static void gauge(
            MeterRegistry registry, String name, String help, ToDoubleFunction<Path> value) {
        Gauge.builder(name, SELF, value).description(help).register(registry);
    }

    private static double cpuSeconds() {
        String stat = String.join(" ", lines("stat"));
        String[] afterName = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
        return afterName.length < 13
                ? Double.NaN
                : (Double.parseDouble(afterName[11]) + Double.parseDouble(afterName[12]))
                        / TICKS_A_SECOND;
    }

    private static double status(String key) {
        return lines("status").stream()
                .filter(line -> line.startsWith(key + ":"))
                .mapToDouble(line -> Double.parseDouble(line.split("\\s+", -1)[1]))
                .findFirst()
                .orElse(Double.NaN);
    }

    /// The soft limit; without one, the largest number, as the Go library says it.
    private static double limit(String name) {
        return lines("limits").stream()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()).strip().split("\\s+", -1)[0])
                .mapToDouble(soft -> soft.equals("unlimited") ? 0x1p64 : Double.parseDouble(soft))
                .findFirst()
                .orElse(Double.NaN);
    }

    private static double openFiles() {
        try (Stream<Path> files = Files.list(SELF.resolve("fd"))) {
            return files.count();
        } catch (IOException _) {
            return Double.NaN;
        }
    }

    /// Of this network namespace. The line of names comes before the line of values.
    private static double networkBytes(String name) {
        List<String> lines =
                lines("net/netstat").stream().filter(line -> line.startsWith("IpExt:")).toList();
        if (lines.size() < 2) {
            return Double.NaN;
        }
        int column = List.of(lines.get(0).split(" ", -1)).indexOf(name);
        return column < 0 ? Double.NaN : Double.parseDouble(lines.get(1).split(" ", -1)[column]);
    }

    private static double startSeconds() {
        return ProcessHandle.current().info().startInstant().orElseGet(Instant::now).toEpochMilli()
                / 1000.0;
    }

    private static List<String> lines(String file) {
        try {
            return Files.readAllLines(SELF.resolve(file));
        } catch (IOException _) {
            return List.of();
        }
    }
}
