package dev.swivel.lab.uml;

import dev.swivel.lab.deploy.Image;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Rolling updates, restarts, changes of mode and the container image, in a kernel that has IPVS.
class IpvsLifeTest {
    private static final Duration LIMIT = Duration.ofMinutes(10);

    @TestFactory
    Stream<DynamicTest> inAKernelWithIpvs() throws Exception {
        return KernelWithIpvs.of(
                        Class.forName("dev.swivel.lab.life.IpvsLifeChecks"),
                        Class.forName("dev.swivel.lab.life.ImageIpvsChecks"))
                .with("swivel.image.root", Image.get().root().toString())
                .within(LIMIT)
                .tests();
    }
}
