package dev.swivel.linux.process;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.swivel.linux.libc.ErrnoException;
import dev.swivel.linux.libc.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// How long the calling thread may run before others have their turn, nanoseconds, as long as it is
/// an ordinary one (`SCHED_OTHER`): `sched_runtime` of sched_setattr(2). Linux has it from 6.12 on.
/// Nothing else of how the thread is scheduled is changed, and no rights are needed.
public final class TimeSlice {
    /// `struct sched_attr` of linux/sched/types.h, without what came later.
    private static final int SIZE = 48;

    private static final long RUNTIME = 24;

    private TimeSlice() {}

    /// @return zero if the kernel does not tell
    public static long nanos() throws ErrnoException {
        try (Arena arena = Arena.ofConfined()) {
            return attributes(arena).get(JAVA_LONG, RUNTIME);
        }
    }

    /// @param nanos the kernel takes 100,000 to 100,000,000; what is beyond becomes the nearest
    public static void set(long nanos) throws ErrnoException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = attributes(arena);
            attributes.set(JAVA_LONG, RUNTIME, nanos);
            Libc.setSchedulingAttributes(attributes);
        }
    }

    private static MemorySegment attributes(Arena arena) throws ErrnoException {
        MemorySegment attributes = arena.allocate(SIZE, Long.BYTES);
        Libc.schedulingAttributes(attributes);
        attributes.set(JAVA_INT, 0, SIZE);
        return attributes;
    }
}
