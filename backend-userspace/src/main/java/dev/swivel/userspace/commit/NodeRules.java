package dev.swivel.userspace.commit;

import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.IpFamily;
import dev.swivel.linux.iptables.RestoreException;
import dev.swivel.netfilter.commit.FixedRules;
import dev.swivel.userspace.render.InnerRange;
import dev.swivel.userspace.render.Layout;
import dev.swivel.userspace.render.StaticRules;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The rules of one IP family. While one of them keeps the sources of pods, the relays are told so;
/// while none can, they see to it themselves.
public final class NodeRules {
    private static final Logger LOG = LoggerFactory.getLogger(NodeRules.class);

    private static final Pattern FROM_RANGE = Pattern.compile("-A \\S+ -s (\\S+) .*");

    private final IpFamily family;
    private final FixedRules rules;
    private final MirroredSources mirrored;
    private boolean mirroring = true;
    private boolean overtaken;

    public NodeRules(IpFamily family, FixedRules rules, MirroredSources mirrored) {
        this.family = family;
        this.rules = rules;
        this.mirrored = mirrored;
    }

    /// Writes what differs.
    ///
    /// @return how many lines that took
    int write(Layout wanted) throws IOException {
        Layout layout = possible(wanted);
        if (!layout.mirrored().equals(mirrored.of(family))) {
            leave();
        }
        int lines;
        try {
            lines = rules.write(new StaticRules(layout).tables());
        } catch (RestoreException e) {
            if (layout.mirrored().isEmpty()) {
                throw e;
            }
            layout = layout.withoutMirror();
            lines = rules.write(new StaticRules(layout).tables());
            mirroring = false;
            LOG.warn(
                    "{}: each connection whose source is kept costs a request to connection tracking,"
                            + " since the kernel has no rule for it (modprobe xt_NETMAP): {}",
                    family.label(),
                    e.getMessage());
        }
        tell(layout);
        return lines;
    }

    /// Costs a few system calls while nobody else touches the tables; a read of them when somebody
    /// did.
    List<String> audit(Layout wanted) throws IOException {
        if (!rules.areSuspicious()) {
            return List.of();
        }
        Layout layout = possible(wanted);
        List<String> findings = rules.differences(new StaticRules(layout).tables());
        if (findings.isEmpty()) {
            tell(layout);
        } else {
            leave();
        }
        return findings;
    }

    /// From here on no rule is relied on.
    void leave() {
        mirrored.put(family, Optional.empty());
    }

    void close() {
        rules.close();
    }

    private Layout possible(Layout wanted) {
        return mirroring ? wanted : wanted.withoutMirror();
    }

    private void tell(Layout layout) throws IOException {
        Optional<Cidr> clients = layout.mirrored();
        List<String> others =
                clients.isEmpty()
                        ? List.of()
                        : rules.before(StaticRules.MIRROR_JUMP).stream()
                                .filter(this::mayTakeInner)
                                .toList();
        if (!others.isEmpty() && !overtaken) {
            LOG.info(
                    "{}: each connection whose source is kept costs a request to connection tracking,"
                            + " since a rule of others comes before ours: {}",
                    family.label(),
                    others.getFirst());
        }
        overtaken = !others.isEmpty();
        mirrored.put(family, overtaken ? Optional.empty() : clients);
    }

    /// Most rules of others are for a range of their own.
    private boolean mayTakeInner(String rule) {
        Cidr inner = InnerRange.of(family);
        Matcher from = FROM_RANGE.matcher(rule);
        return !from.matches()
                || Cidr.parse(from.group(1))
                        .filter(range ->
                                !range.contains(inner.address())
                                        && !inner.contains(range.address()))
                        .isEmpty();
    }
}
