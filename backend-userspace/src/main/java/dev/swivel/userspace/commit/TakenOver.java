package dev.swivel.userspace.commit;

import dev.swivel.core.model.IpFamily;
import dev.swivel.linux.ipset.SetSpec;
import dev.swivel.linux.ipset.SetType;
import dev.swivel.netfilter.commit.Families;
import dev.swivel.netfilter.commit.SetStore;
import dev.swivel.userspace.render.CaptureSet;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A sign on the node, an ipset without elements, that another mode has taken over: who still
/// relays finishes what lives, and puts back no rule.
public final class TakenOver {
    static final String SIGN = CaptureSet.prefix(IpFamily.IPV4) + "RETIRED";

    private static final Logger LOG = LoggerFactory.getLogger(TakenOver.class);

    private TakenOver() {}

    /// Also if it cannot be told.
    public static boolean isSo() {
        try (SetStore store = SetStore.open()) {
            return isSo(store);
        } catch (IOException e) {
            LOG.debug("cannot look for {}", SIGN, e);
            return true;
        }
    }

    static boolean isSo(SetStore store) throws IOException {
        return store.exists(SIGN);
    }

    static void say(SetStore store) throws IOException {
        if (!isSo(store)) {
            store.create(SetSpec.hash(SIGN, SetType.HASH_IP, Families.linux(IpFamily.IPV4)));
        }
    }

    /// This mode serves again, or nothing of it is left.
    public static void takeBack(SetStore store) throws IOException {
        if (isSo(store)) {
            store.destroy(SIGN);
        }
    }
}
