package dev.swivel.lab.uml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;

class KernelWithIpvsTest {
    /// Not for the guest only: what a run reports.
    static class MixedChecks {
        @Test
        void passes() {
            assertThat(System.getProperty("swivel.test")).isEqualTo("here it is");
        }

        @Test
        void fails() {
            throw new AssertionError("on purpose\nin two lines");
        }
    }

    static class NoChecks {}

    static class DyingChecks {
        @Test
        void endsTheProcess() {
            Runtime.getRuntime().halt(3);
        }
    }

    @Test
    void eachInnerTestIsReported() throws Exception {
        List<DynamicTest> tests =
                KernelWithIpvs.of(MixedChecks.class)
                        .with("swivel.test", "here it is")
                        .tests()
                        .toList();
        assertThat(tests)
                .extracting(DynamicTest::getDisplayName)
                .allMatch(name -> name.contains("MixedChecks"))
                .hasSize(2);
        for (DynamicTest test : tests) {
            if (test.getDisplayName().contains("passes")) {
                run(test);
            } else {
                assertThatThrownBy(() -> run(test))
                        .hasMessageContaining("on purpose\nin two lines")
                        .hasMessageContaining("MixedChecks.fails");
            }
        }
    }

    @Test
    void noTestsAreAFailure() throws Exception {
        List<DynamicTest> tests = KernelWithIpvs.of(NoChecks.class).tests().toList();
        assertThat(tests).hasSize(1);
        assertThatThrownBy(() -> run(tests.getFirst())).hasMessageContaining("after 0 tests");
    }

    @Test
    void aTestThatDoesNotEndIsAFailure() throws Exception {
        List<DynamicTest> tests = KernelWithIpvs.of(DyingChecks.class).tests().toList();
        assertThat(tests).hasSize(2);
        assertThatThrownBy(() -> run(tests.getFirst())).hasMessageContaining("exit code 3");
        assertThatThrownBy(() -> run(tests.getLast()))
                .hasMessageContaining("did not come to an end");
    }

    private static void run(DynamicTest test) throws Exception {
        try {
            test.getExecutable().execute();
        } catch (Exception | Error e) {
            throw e;
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }
}
