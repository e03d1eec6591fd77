package dev.swivel.lab.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What the kernel says of a process, proc(5).
///
/// @param residentMb `VmRSS`, in 10^6 bytes
/// @param peakMb `VmHWM`, in 10^6 bytes
/// @param ownCpuSeconds user and system time of the process itself
/// @param childrenCpuSeconds the same of its children that have ended
record ProcessFigures(
        double residentMb, double peakMb, double ownCpuSeconds, double childrenCpuSeconds) {
    private static final double TICKS_PER_SECOND = 100; // USER_HZ, the same on all architectures
    private static final double MB_PER_KIB = 1024 / 1e6;

    static ProcessFigures of(long pid) throws IOException {
        Path directory = Path.of("/proc", Long.toString(pid));
        String stat = Files.readString(directory.resolve("stat"));
        // The name in parentheses may itself hold spaces and parentheses.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        String status = Files.readString(directory.resolve("status"));
        return new ProcessFigures(
                kib(status, "VmRSS:") * MB_PER_KIB,
                kib(status, "VmHWM:") * MB_PER_KIB,
                seconds(fields, 14) + seconds(fields, 15), // utime, stime
                seconds(fields, 16) + seconds(fields, 17)); // cutime, cstime
    }

    double cpuSeconds() {
        return ownCpuSeconds + childrenCpuSeconds;
    }

    /// @param field counted from 1, as proc(5) does; the third is the first after the name
    private static double seconds(String[] fields, int field) {
        return Long.parseLong(fields[field - 3]) / TICKS_PER_SECOND;
    }

    private static long kib(String status, String key) throws IOException {
        for (String line : status.split("\n", -1)) {
            if (line.startsWith(key)) {
                return Long.parseLong(line.substring(key.length()).replace("kB", "").strip());
            }
        }
        throw new IOException("the process has ended");
    }
}
