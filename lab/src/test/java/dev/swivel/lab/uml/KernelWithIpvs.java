package dev.swivel.lab.uml;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/// Test classes to run where the kernel has IPVS: in user-mode Linux, or in a process of this
/// machine if its own kernel has it. For a `@TestFactory`: each of their tests becomes one of the
/// outer test, with failure and stack trace.
///
/// What they write under `target` stays; all else is gone with the guest.
///
/// The classes run with this process's class path. Surefire must not find them by itself: their
/// names end in `Checks`.
///
/// @param properties system properties for the tests
/// @param limit for all of them together
public record KernelWithIpvs(
        List<Class<?>> classes, Map<String, String> properties, Duration limit) {
    private static final Duration DEFAULT_LIMIT = Duration.ofMinutes(5);

    public static KernelWithIpvs of(Class<?>... classes) {
        return new KernelWithIpvs(List.of(classes), Map.of(), DEFAULT_LIMIT);
    }

    /// With a system property for the tests.
    public KernelWithIpvs with(String property, String value) {
        Map<String, String> more = new LinkedHashMap<>(properties);
        more.put(property, value);
        return new KernelWithIpvs(classes, more, limit);
    }

    /// With another time limit for all of them together.
    public KernelWithIpvs within(Duration time) {
        return new KernelWithIpvs(classes, properties, time);
    }

    /// Runs them, and tells how each ended.
    public Stream<DynamicTest> tests() throws IOException, InterruptedException {
        GuestResult result =
                IpvsKernel.run(new UserModeLinux(), command(), limit, KernelWithIpvs::show);
        List<InnerReport.Outcome> outcomes = InnerReport.read(result.output());
        if (result.exitCode() != 0 || outcomes.isEmpty()) {
            DynamicTest whole =
                    DynamicTest.dynamicTest(
                            "the run as a whole",
                            () -> {
                                throw new AssertionError(
                                        "exit code %d%s after %d tests; output:%n%s"
                                                .formatted(
                                                        result.exitCode(),
                                                        result.exitCode() == GuestCommand.TIME_OVER
                                                                ? " (" + limit + " were over)"
                                                                : "",
                                                        outcomes.size(),
                                                        said(result)));
                            });
            return Stream.concat(Stream.of(whole), outcomes.stream().map(KernelWithIpvs::test));
        }
        return outcomes.stream().map(KernelWithIpvs::test);
    }

    private static DynamicTest test(InnerReport.Outcome outcome) {
        return DynamicTest.dynamicTest(
                outcome.name(),
                () -> {
                    if (outcome.failure() != null) {
                        throw new AssertionError(outcome.failure());
                    }
                });
    }

    private GuestCommand command() {
        List<String> options =
                new ArrayList<>(List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        properties.forEach((name, value) -> options.add("-D" + name + "=" + value));
        return GuestCommand.java(
                options,
                InnerTests.class.getName(),
                classes.stream().map(Class::getName).toArray(String[]::new));
    }

    private static String said(GuestResult result) {
        return result.output()
                .lines()
                .filter(line -> !InnerReport.isReport(line))
                .collect(Collectors.joining("\n"));
    }

    private static void show(String line) {
        if (!InnerReport.isReport(line)) {
            System.out.println(line);
        }
    }
}
