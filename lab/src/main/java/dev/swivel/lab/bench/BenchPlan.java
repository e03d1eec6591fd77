package dev.swivel.lab.bench;

import dev.swivel.lab.cluster.IptablesFlavour;
import java.time.Duration;
import java.util.List;

/// What to measure and how often.
///
/// @param starts how many cold starts
/// @param updates single-endpoint changes, one after another
/// @param connections new connections for each way they can take
/// @param burst changes within one second
/// @param rest between updates; longer than any proxy rests by itself, so that none is measured
///   waiting
/// @param settle how long a proxy is left alone before its memory is read
/// @param patience how long a proxy may take for its first sync, or for one update
record BenchPlan(
        List<Size> sizes,
        List<IptablesFlavour> flavours,
        List<Subject> subjects,
        int starts,
        int updates,
        int connections,
        int burst,
        Duration rest,
        Duration settle,
        Duration patience) {
    BenchPlan {
        sizes = List.copyOf(sizes);
        flavours = List.copyOf(flavours);
        subjects = List.copyOf(subjects);
    }
}
