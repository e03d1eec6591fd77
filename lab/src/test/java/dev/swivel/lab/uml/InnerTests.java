package dev.swivel.lab.uml;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.stream.Stream;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/// Runs the test classes that are named in the arguments, and reports each test on stdout.
final class InnerTests {
    private InnerTests() {}

    static void main(String[] classes) {
        LauncherDiscoveryRequest request =
                LauncherDiscoveryRequestBuilder.request()
                        .selectors(Stream.of(classes).map(DiscoverySelectors::selectClass).toList())
                        .build();
        LauncherFactory.create().execute(request, new Reporter(System.out));
        System.exit(0); // what a test left running is no reason to wait
    }

    private static final class Reporter implements TestExecutionListener {
        private final PrintStream out;
        private TestPlan plan = null;

        Reporter(PrintStream out) {
            this.out = out;
        }

        @Override
        public void testPlanExecutionStarted(TestPlan testPlan) {
            plan = testPlan;
        }

        @Override
        public void executionStarted(TestIdentifier test) {
            if (test.isTest()) {
                say(InnerReport.start(name(test)));
            }
        }

        @Override
        public void executionSkipped(TestIdentifier test, String reason) {
            say(InnerReport.end(name(test), "skipped: " + reason));
        }

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            String failure =
                    switch (result.getStatus()) {
                        case SUCCESSFUL -> "";
                        case ABORTED, FAILED ->
                                result.getThrowable().map(Reporter::trace).orElse("failed");
                    };
            if (test.isTest() || !failure.isEmpty()) {
                say(InnerReport.end(name(test), failure));
            }
        }

        private void say(String line) {
            synchronized (out) {
                out.println(line);
                out.flush();
            }
        }

        private String name(TestIdentifier test) {
            Deque<String> names = new ArrayDeque<>();
            for (TestIdentifier at = test;
                    at.getParentIdObject().isPresent();
                    at = plan.getParent(at).orElseThrow()) {
                names.addFirst(at.getDisplayName());
            }
            return String.join(" > ", names);
        }

        private static String trace(Throwable failure) {
            StringWriter text = new StringWriter();
            failure.printStackTrace(new PrintWriter(text));
            return text.toString();
        }
    }
}
