package dev.swivel.linux.ipvs;

import java.time.Duration;

/// A virtual server as one wants it or as the kernel has it; the two compare equal when nothing has
/// to be done.
///
/// @param flags [#PERSISTENT], [#ONE_PACKET] and the `SCHEDULER_FLAG_*`, or-ed; the kernel's own
///   "hashed" (0x2) is never among them
/// @param timeout whole seconds; for persistent ones, how long after its last connection a client
///   is kept at its real server
/// @param clientPrefix clients whose addresses agree in this many bits count as one to a persistent
///   virtual server: 1 (IPv4: 0) to 32 or 128
public record VirtualServer(
        Frontend frontend, Scheduler scheduler, int flags, Duration timeout, int clientPrefix) {
    /// A client stays at its real server.
    public static final int PERSISTENT = 0x1;

    /// Every UDP packet is scheduled by itself.
    public static final int ONE_PACKET = 0x4;

    /// For `sh` and `mh`: another real server when the chosen one has weight 0.
    public static final int SCHEDULER_FLAG_1 = 0x8;

    /// For `sh` and `mh`: the source port is part of the hash.
    public static final int SCHEDULER_FLAG_2 = 0x10;

    public static final int SCHEDULER_FLAG_3 = 0x20;

    static final int SETTABLE = 0x3d;

    /// The kernel multiplies by its clock rate, at most 1000, in 32 bits.
    private static final int LONGEST_SECONDS = Integer.MAX_VALUE / 1000;

    public VirtualServer {
        if ((flags & ~SETTABLE) != 0) {
            throw new IllegalArgumentException(
                    "flags: 0x%x (expected: some of 0x%x)".formatted(flags, SETTABLE));
        }
        Ranges.check("timeout", timeout.toSeconds(), 0, LONGEST_SECONDS);
        Ranges.check("clientPrefix", clientPrefix, 0, frontend.family().maxPrefix());
    }

    /// One without persistence or flags.
    public static VirtualServer of(Frontend frontend, Scheduler scheduler) {
        return new VirtualServer(
                frontend, scheduler, 0, Duration.ZERO, frontend.family().maxPrefix());
    }

    /// With this scheduler.
    public VirtualServer withScheduler(Scheduler other) {
        return new VirtualServer(frontend, other, flags, timeout, clientPrefix);
    }

    /// With these flags besides those it has.
    public VirtualServer withFlags(int more) {
        return new VirtualServer(frontend, scheduler, flags | more, timeout, clientPrefix);
    }

    /// Clients stay at their real server until this long after their last connection.
    public VirtualServer persistent(Duration stay) {
        return new VirtualServer(frontend, scheduler, flags | PERSISTENT, stay, clientPrefix);
    }

    public boolean isPersistent() {
        return (flags & PERSISTENT) != 0;
    }

    @Override
    public String toString() {
        return frontend
                + " "
                + scheduler
                + (flags == 0 ? "" : " flags 0x" + Integer.toHexString(flags))
                + (isPersistent() ? " persistent " + timeout.toSeconds() + "s" : "");
    }
}
