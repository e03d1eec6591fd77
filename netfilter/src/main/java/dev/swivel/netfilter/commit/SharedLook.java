package dev.swivel.netfilter.commit;

import dev.swivel.linux.ipset.SetHeaders;
import java.io.IOException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One look at all sets serves everybody who audits some of them by turns: each gets it once, and
/// whoever had it already a new one. So nobody sees anything older than what it saw the last time.
final class SharedLook {
    private final Looking looking;
    private final Set<Object> served = Collections.newSetFromMap(new IdentityHashMap<>());
    private @Nullable SetHeaders last;

    /// What looks at the kernel.
    interface Looking {
        SetHeaders look() throws IOException;
    }

    SharedLook(Looking looking) {
        this.looking = looking;
    }

    SetHeaders look(Object asker) throws IOException {
        SetHeaders headers = last;
        if (headers == null || served.contains(asker)) {
            forget();
            headers = looking.look();
            last = headers;
        }
        served.add(asker);
        return headers;
    }

    /// Sets are about to be changed.
    void forget() {
        last = null;
        served.clear();
    }
}
