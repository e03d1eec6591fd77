package dev.swivel.lab.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What was measured of one proxy at one size with one flavour. What is not measured, or could not
/// be, is empty or NaN.
final class Figures {
    final String subject;
    final String flavour;
    final Size size;

    /// The nat table: chains and rules.
    long lines;

    long chains;

    /// From the start of the process to the first answers of the probes, milliseconds.
    Samples starts = Samples.NONE;

    /// CPU seconds of proxy and children for such a start. Says more than the time where others
    /// work on the same processors.
    Samples startCpu = Samples.NONE;

    /// A Java process that reads both lists and ends, beside each start, milliseconds.
    Samples startReads = Samples.NONE;

    /// The iptables program that loads the whole tables into an empty namespace, milliseconds.
    Samples startLoads = Samples.NONE;

    /// From the write to the API to the first connection through the changed endpoint,
    /// milliseconds.
    Samples updates = Samples.NONE;

    /// One chain on the same table by `iptables-restore --noflush` alone, milliseconds.
    Samples floor = Samples.NONE;

    /// CPU seconds of that program for 100 runs.
    double floorCpuPer100 = Double.NaN;

    /// CPU seconds of the proxy's own process for 100 updates, and for being there meanwhile.
    double ownCpuPer100 = Double.NaN;

    /// CPU seconds of the programs that it ran for 100 updates.
    double childrenCpuPer100 = Double.NaN;

    /// Of one processor, in per cent, with nothing to do: after the start and a rest, for as long
    /// as that rest.
    double restCpuPercent = Double.NaN;

    /// After the start and a rest.
    double residentMb = Double.NaN;

    /// After everything, and a rest.
    double residentAtEndMb = Double.NaN;

    double peakMb = Double.NaN;

    /// `connect(2)` in microseconds by way: `direct`, and a number for the service of that rank
    /// among the cluster's addresses.
    Map<String, Samples> connects = new LinkedHashMap<>();

    /// From the last write of a burst to the first answer that shows it, milliseconds.
    Samples bursts = Samples.NONE;

    /// Syncs for one burst.
    Samples burstCommits = Samples.NONE;

    /// Why something is missing.
    @Nullable String problem;

    Figures(String subject, String flavour, Size size) {
        this.subject = subject;
        this.flavour = flavour;
        this.size = size;
    }

    /// What a start needs, whoever starts: milliseconds, the sum of two medians.
    double startFloor() {
        return startReads.median() + startLoads.median();
    }

    /// Median of updates over median of the floor.
    double updatesPerFloor() {
        return updates.median() / floor.median();
    }

    double cpuPer100() {
        return ownCpuPer100 + childrenCpuPer100;
    }

    /// What the way through the service with the highest address costs more than the direct one,
    /// microseconds at the median.
    double connectExtra() {
        Samples direct = connects.getOrDefault("direct", Samples.NONE);
        Samples last = connects.getOrDefault(Integer.toString(size.services()), Samples.NONE);
        return last.median() - direct.median();
    }
}
