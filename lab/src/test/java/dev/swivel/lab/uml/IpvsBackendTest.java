package dev.swivel.lab.uml;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// The backend for mode ipvs, in a kernel that has IPVS.
class IpvsBackendTest {
    @TestFactory
    Stream<DynamicTest> inAKernelWithIpvs() throws Exception {
        return KernelWithIpvs.of(
                        Class.forName("dev.swivel.lab.kernel.IpvsBackendChecks"),
                        Class.forName("dev.swivel.lab.kernel.IpvsFaultChecks"))
                .tests();
    }
}
