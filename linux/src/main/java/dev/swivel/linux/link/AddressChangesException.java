package dev.swivel.linux.link;

import dev.swivel.linux.libc.ErrnoException;
import dev.swivel.linux.netlink.RefusedChange;
import dev.swivel.linux.netlink.RefusedChangesException;
import java.util.List;

/// Some of many changes of addresses were refused. All others were made.
public final class AddressChangesException extends RefusedChangesException {
    private static final long serialVersionUID = 1L;

    private final transient List<Failure> failures;

    /// A change that was refused, and why.
    public record Failure(AddressChange change, ErrnoException error) implements RefusedChange {}

    AddressChangesException(int changes, List<Failure> failures) {
        super(changes, failures);
        this.failures = List.copyOf(failures);
    }

    @Override
    public List<Failure> failures() {
        return failures;
    }
}
