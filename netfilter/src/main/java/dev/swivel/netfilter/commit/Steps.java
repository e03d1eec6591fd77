package dev.swivel.netfilter.commit;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Steps of a clean-up. One that fails keeps no other from being taken.
public final class Steps {
    private Steps() {}

    /// Removes something.
    @FunctionalInterface
    public interface Step {
        void take() throws IOException;
    }

    /// Takes them in this order.
    ///
    /// @throws IOException after the last of them, and says all that failed
    public static void takeAll(Step... steps) throws IOException {
        takeAll(List.of(steps));
    }

    /// Likewise.
    public static void takeAll(List<Step> steps) throws IOException {
        List<IOException> failures = new ArrayList<>();
        for (Step step : steps) {
            try {
                step.take();
            } catch (Several e) {
                failures.addAll(e.failures);
            } catch (IOException e) {
                failures.add(e);
            }
        }
        if (failures.size() == 1) {
            throw failures.getFirst();
        }
        if (!failures.isEmpty()) {
            throw new Several(failures);
        }
    }

    private static final class Several extends IOException {
        private static final long serialVersionUID = 1L;

        private final transient List<IOException> failures;

        Several(List<IOException> failures) {
            super(
                    failures.stream()
                            .map(IOException::getMessage)
                            .distinct()
                            .collect(Collectors.joining("; ")),
                    failures.getFirst());
            this.failures = failures;
        }
    }
}
