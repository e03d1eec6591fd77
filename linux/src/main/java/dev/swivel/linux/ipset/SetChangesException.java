package dev.swivel.linux.ipset;

import dev.swivel.linux.netlink.RefusedChange;
import dev.swivel.linux.netlink.RefusedChangesException;
import java.util.List;

/// Some of many changes were refused. All others were made.
public final class SetChangesException extends RefusedChangesException {
    private static final long serialVersionUID = 1L;

    private final transient List<Failure> failures;

    /// A change that was refused, and why.
    public record Failure(SetChange change, IpSetException error) implements RefusedChange {}

    SetChangesException(int changes, List<Failure> failures) {
        super(changes, failures);
        this.failures = List.copyOf(failures);
    }

    @Override
    public List<Failure> failures() {
        return failures;
    }
}
