package dev.swivel.netfilter.commit;

import dev.swivel.linux.ipset.SetHeader;
import dev.swivel.linux.ipset.SetHeaders;
import java.io.IOException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// One look at all sets serves everybody who audits some of them by turns: each gets it once, and
/// whoever had it already a new one. So nobody sees anything older than what it saw the last time.
///
/// For a header the kernel counts the elements of the set: some milliseconds where there are many.
/// There everybody gets the same look for a while.
final class SharedLook {
    /// Elements of all sets together.
    static final int MANY = 10_000;

    /// More than one audit's interval, less than two: drift is to be mended within 5 s.
    static final long REST_NANOS = 1_500_000_000;

    private final Looking looking;
    private final LongSupplier nanoTime;
    private final Set<Object> served = Collections.newSetFromMap(new IdentityHashMap<>());
    private @Nullable SetHeaders last;
    private long digest;
    private boolean many;
    private long next;

    /// What looks at the kernel.
    interface Looking {
        SetHeaders look() throws IOException;
    }

    /// @param nanoTime as [System#nanoTime]
    SharedLook(Looking looking, LongSupplier nanoTime) {
        this.looking = looking;
        this.nanoTime = nanoTime;
    }

    SetHeaders look(Object asker) throws IOException {
        SetHeaders headers = last;
        if (headers == null || (served.contains(asker) && isRested())) {
            forget();
            headers = looking.look();
            last = headers;
            judge(headers);
        }
        served.add(asker);
        return headers;
    }

    private boolean isRested() {
        return !many || nanoTime.getAsLong() - next >= 0;
    }

    private void judge(SetHeaders headers) {
        long now = headers.digest();
        if (now != digest) {
            digest = now;
            many = headers.list().stream().mapToLong(SetHeader::elements).sum() >= MANY;
        }
        next = nanoTime.getAsLong() + REST_NANOS;
    }

    /// Sets are about to be changed.
    void forget() {
        last = null;
        served.clear();
    }
}
