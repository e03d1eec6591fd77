package dev.swivel.linux.ipvs;

import dev.swivel.linux.libc.Errno;
import dev.swivel.linux.libc.ErrnoException;

/// The kernel refused something about virtual servers. Which errors there are:
/// net/netfilter/ipvs/ip_vs_ctl.c.
public final class IpvsException extends ErrnoException {
    private static final long serialVersionUID = 1L;

    IpvsException(IpvsChange change, ErrnoException cause) {
        this(change.toString(), cause, meaning(change, cause.errno()));
    }

    IpvsException(String what, ErrnoException cause) {
        this(what, cause, cause.errno() == Errno.ESRCH ? "no such virtual server" : "");
    }

    private IpvsException(String what, ErrnoException cause, String meaning) {
        super(
                "ipvs: " + what,
                cause.errno(),
                meaning.isEmpty()
                        ? Errno.describe(cause.errno())
                        : meaning + " (" + Errno.name(cause.errno()) + ")");
        initCause(cause);
    }

    private static String meaning(IpvsChange change, int errno) {
        return switch (errno) {
            case Errno.EPERM -> "needs CAP_NET_ADMIN";
            case Errno.ESRCH -> "no such virtual server";
            case Errno.EEXIST -> "it exists already";
            case Errno.ERANGE -> "weight or thresholds out of range";
            case Errno.EPROTONOSUPPORT -> "the kernel's IPVS does not know the protocol";
            case Errno.EAFNOSUPPORT -> "the kernel's IPVS does not do this address family";
            case Errno.EINVAL ->
                    switch (change) {
                        case IpvsChange.AddReal _, IpvsChange.SetReal _ ->
                                "the address cannot be a real server's here (multicast, or"
                                        + " loopback is down)";
                        default -> "";
                    };
            case Errno.ENOENT ->
                    switch (change) {
                        case IpvsChange.AddServer(var server) -> noScheduler(server.scheduler());
                        case IpvsChange.SetServer(var server) -> noScheduler(server.scheduler());
                        case IpvsChange.DeleteServer _ -> "";
                        case IpvsChange.AddReal _, IpvsChange.SetReal _, IpvsChange.DeleteReal _ ->
                                "no such real server";
                    };
            default -> "";
        };
    }

    static String noScheduler(Scheduler scheduler) {
        return "the kernel has no IPVS scheduler '"
                + scheduler
                + "'; try: modprobe "
                + scheduler.module();
    }

    /// Whether the virtual server to change or to list does not exist.
    public boolean isNoSuchVirtualServer() {
        return errno() == Errno.ESRCH;
    }

    /// Whether what was to be added is there.
    public boolean isPresent() {
        return errno() == Errno.EEXIST;
    }
}
