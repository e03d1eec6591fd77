package dev.swivel.ipvs.commit;

import dev.swivel.linux.ipvs.IpvsChange;
import java.util.ArrayList;
import java.util.List;

/// What to do to virtual servers: first what comes, then what goes.
final class ServerPlan {
    final List<IpvsChange> added = new ArrayList<>();
    final List<IpvsChange> removed = new ArrayList<>();
}
