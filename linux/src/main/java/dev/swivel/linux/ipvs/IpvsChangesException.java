package dev.swivel.linux.ipvs;

import dev.swivel.linux.libc.Errno;
import dev.swivel.linux.netlink.RefusedChange;
import dev.swivel.linux.netlink.RefusedChangesException;
import java.util.List;

/// Some of many changes were refused. All others were made.
public final class IpvsChangesException extends RefusedChangesException {
    private static final long serialVersionUID = 1L;

    private final transient List<Failure> failures;

    /// A change that was refused, and why.
    ///
    /// @param index the change's place among those given, from 0
    public record Failure(int index, IpvsChange change, IpvsException error)
            implements RefusedChange {
        /// Whether what was to be changed or deleted, or to get a real server, is not there.
        public boolean isMissing() {
            return switch (error.errno()) {
                case Errno.ESRCH -> true;
                case Errno.ENOENT -> !isAboutServer();
                default -> false;
            };
        }

        /// Whether the kernel neither has nor finds the scheduler.
        public boolean isSchedulerMissing() {
            return error.errno() == Errno.ENOENT && isAboutServer();
        }

        private boolean isAboutServer() {
            return change instanceof IpvsChange.AddServer || change instanceof IpvsChange.SetServer;
        }
    }

    IpvsChangesException(int changes, List<Failure> failures) {
        super(changes, failures);
        this.failures = List.copyOf(failures);
    }

    @Override
    public List<Failure> failures() {
        return failures;
    }
}
