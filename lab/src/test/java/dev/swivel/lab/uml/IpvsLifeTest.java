package dev.swivel.lab.uml;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Rolling updates, restarts and changes of mode, in a kernel that has IPVS.
class IpvsLifeTest {
    @TestFactory
    Stream<DynamicTest> inAKernelWithIpvs() throws Exception {
        return KernelWithIpvs.of(Class.forName("dev.swivel.lab.life.IpvsLifeChecks")).tests();
    }
}
