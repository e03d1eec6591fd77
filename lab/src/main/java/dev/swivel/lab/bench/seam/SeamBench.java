package dev.swivel.lab.bench.seam;

import dev.swivel.lab.api.store.Json;
import dev.swivel.lab.bench.Size;
import dev.swivel.lab.uml.GuestCommand;
import dev.swivel.lab.uml.GuestResult;
import dev.swivel.lab.uml.IpvsKernel;
import dev.swivel.lab.uml.UserModeLinux;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Measures a mode at the seam, all sizes in one process of their own.
public final class SeamBench {
    private static final Duration LIMIT = Duration.ofMinutes(30);
    private static final int MEGABYTES = 3072;

    /// Those of the daemon's launcher that matter for time; a larger heap, since the synthetic
    /// state is not shared with anything.
    private static final List<String> OPTIONS =
            List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx1g");

    private SeamBench() {}

    /// In which kernel figures of mode ipvs are taken.
    public static String ipvsKernel() {
        return IpvsKernel.isThisMachines() ? "this machine's" : "user-mode Linux";
    }

    /// Mode ipvs, in a kernel that has IPVS, in one boot.
    ///
    /// @param changes how many are measured at each size
    /// @param listener hears of each size as soon as it is measured
    public static List<SeamFigures> ipvs(
            List<Size> sizes, int changes, Consumer<SeamFigures> listener) throws IOException {
        return run(
                "ipvs",
                sizes,
                changes,
                listener,
                (command, lines) ->
                        IpvsKernel.run(
                                new UserModeLinux().withMemory(MEGABYTES), command, LIMIT, lines));
    }

    /// Mode userspace, on this machine.
    ///
    /// @param changes how many are measured at each size
    public static List<SeamFigures> userspace(List<Size> sizes, int changes) throws IOException {
        return run(
                "userspace",
                sizes,
                changes,
                _ -> {},
                (command, lines) -> command.runHere(LIMIT, lines));
    }

    private interface Place {
        GuestResult run(GuestCommand command, Consumer<String> lines)
                throws IOException, InterruptedException;
    }

    private static List<SeamFigures> run(
            String mode, List<Size> sizes, int changes, Consumer<SeamFigures> listener, Place place)
            throws IOException {
        List<SeamFigures> all = new ArrayList<>();
        String[] arguments =
                Stream.concat(
                                Stream.of(mode, Integer.toString(changes)),
                                sizes.stream().map(Size::toString))
                        .toArray(String[]::new);
        try {
            GuestResult result =
                    place.run(
                            GuestCommand.java(OPTIONS, SeamMeasurement.class.getName(), arguments),
                            line -> {
                                if (line.startsWith(SeamMeasurement.FIGURES)) {
                                    all.add(read(line));
                                    listener.accept(all.getLast());
                                }
                            });
            if (result.exitCode() != 0 || all.size() != sizes.size()) {
                throw new IOException(
                        "measuring mode %s: exit code %d:\n%s"
                                .formatted(mode, result.exitCode(), result.output()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        return List.copyOf(all);
    }

    private static SeamFigures read(String line) {
        return SeamFigures.of(
                Json.parseStored(
                        line.substring(SeamMeasurement.FIGURES.length())
                                .getBytes(StandardCharsets.UTF_8)));
    }
}
