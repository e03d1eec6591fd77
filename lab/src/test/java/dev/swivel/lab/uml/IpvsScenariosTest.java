package dev.swivel.lab.uml;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// The catalogue of scenarios in mode ipvs, in a kernel that has IPVS.
class IpvsScenariosTest {
    private static final Duration LIMIT = Duration.ofMinutes(20);

    @TestFactory
    Stream<DynamicTest> inAKernelWithIpvs() throws Exception {
        return KernelWithIpvs.of(Class.forName("dev.swivel.lab.kernel.IpvsScenarioChecks"))
                .with("scenario.only", System.getProperty("scenario.only", ".*"))
                .within(LIMIT)
                .tests();
    }
}
