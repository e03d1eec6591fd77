package dev.swivel.core.watch.decode;

import dev.swivel.core.model.ObjectRef;
import dev.swivel.core.model.Problem;
import java.util.ArrayList;
import java.util.List;

/// Collects what is wrong with one object. A slice of 1,000 bad endpoints must not become 1,000 log
/// lines, so the list is bounded and its last entry counts the rest.
final class Problems {
    private static final int MOST = 10;

    private final ObjectRef object;
    private final List<Problem> found = new ArrayList<>(0);
    private int more;

    Problems(ObjectRef object) {
        this.object = object;
    }

    void add(String reason, String message) {
        if (found.size() < MOST) {
            found.add(new Problem(object, reason, message));
        } else {
            more++;
        }
    }

    List<Problem> list() {
        if (more == 0) {
            return found;
        }
        List<Problem> all = new ArrayList<>(found);
        all.add(new Problem(object, "MoreProblems", "and " + more + " more of the kind above"));
        return all;
    }
}
