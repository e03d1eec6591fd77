package dev.swivel.linux.netlink;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/// Some of many changes were refused. All others were made.
public abstract class RefusedChangesException extends IOException {
    private static final long serialVersionUID = 1L;
    private static final int SHOWN = 3;

    /// @param changes how many there were
    /// @param refused at least one of them
    protected RefusedChangesException(int changes, List<? extends RefusedChange> refused) {
        super(
                refused.size()
                        + " of "
                        + changes
                        + " changes refused: "
                        + refused.stream()
                                .limit(SHOWN)
                                .map(each -> String.valueOf(each.error().getMessage()))
                                .collect(Collectors.joining("; "))
                        + (refused.size() > SHOWN ? "; ..." : ""),
                refused.getFirst().error());
    }

    /// The refused changes, in the order they were given.
    public abstract List<? extends RefusedChange> failures();
}
