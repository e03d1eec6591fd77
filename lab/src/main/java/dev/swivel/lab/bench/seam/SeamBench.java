package dev.swivel.lab.bench.ipvs;

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

/// Measures mode ipvs in a kernel that has IPVS, all sizes in one boot.
public final class IpvsBench {
    private static final Duration LIMIT = Duration.ofMinutes(30);
    private static final int MEGABYTES = 3072;

    /// Those of the daemon's launcher that matter for time; a larger heap, since the synthetic
    /// state is not shared with anything.
    private static final List<String> OPTIONS =
            List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx1g");

    private IpvsBench() {}

    /// In which kernel the figures are taken.
    public static String kernel() {
        return IpvsKernel.isThisMachines() ? "this machine's" : "user-mode Linux";
    }

    /// @param changes how many are measured at each size
    /// @param listener hears of each size as soon as it is measured
    public static List<IpvsFigures> run(
            List<Size> sizes, int changes, Consumer<IpvsFigures> listener) throws IOException {
        List<IpvsFigures> all = new ArrayList<>();
        String[] arguments =
                Stream.concat(
                                Stream.of(Integer.toString(changes)),
                                sizes.stream().map(Size::toString))
                        .toArray(String[]::new);
        GuestCommand command =
                GuestCommand.java(OPTIONS, IpvsMeasurement.class.getName(), arguments);
        try {
            GuestResult result =
                    IpvsKernel.run(
                            new UserModeLinux().withMemory(MEGABYTES),
                            command,
                            LIMIT,
                            line -> {
                                if (line.startsWith(IpvsMeasurement.FIGURES)) {
                                    all.add(read(line));
                                    listener.accept(all.getLast());
                                }
                            });
            if (result.exitCode() != 0 || all.size() != sizes.size()) {
                throw new IOException(
                        "measuring mode ipvs: exit code "
                                + result.exitCode()
                                + ":\n"
                                + result.output());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        return List.copyOf(all);
    }

    private static IpvsFigures read(String line) {
        return IpvsFigures.of(
                Json.parseStored(
                        line.substring(IpvsMeasurement.FIGURES.length())
                                .getBytes(StandardCharsets.UTF_8)));
    }
}
