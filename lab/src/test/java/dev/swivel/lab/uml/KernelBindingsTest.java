package dev.swivel.lab.uml;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// What the bindings do to a kernel with IPVS and dummy interfaces.
class KernelBindingsTest {
    @TestFactory
    Stream<DynamicTest> inAKernelWithIpvs() throws Exception {
        return KernelWithIpvs.of(
                        Class.forName("dev.swivel.lab.kernel.IpvsChecks"),
                        Class.forName("dev.swivel.lab.kernel.LinksChecks"))
                .tests();
    }
}
