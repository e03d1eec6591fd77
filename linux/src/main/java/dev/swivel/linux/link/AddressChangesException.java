package dev.swivel.linux.link;

import dev.swivel.linux.libc.ErrnoException;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/// Some of many changes of addresses were refused. All others were made.
public final class AddressChangesException extends IOException {
    private static final long serialVersionUID = 1L;
    private static final int SHOWN = 3;

    private final transient List<Failure> failures;

    /// A change that was refused, and why.
    public record Failure(AddressChange change, ErrnoException error) {}

    AddressChangesException(int changes, List<Failure> failures) {
        super(
                failures.size()
                        + " of "
                        + changes
                        + " changes refused: "
                        + failures.stream()
                                .limit(SHOWN)
                                .map(f -> String.valueOf(f.error().getMessage()))
                                .collect(Collectors.joining("; "))
                        + (failures.size() > SHOWN ? "; ..." : ""),
                failures.getFirst().error());
        this.failures = List.copyOf(failures);
    }

    /// The refused changes, in the order they were given.
    public List<Failure> failures() {
        return failures;
    }
}
