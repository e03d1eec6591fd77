package dev.swivel.userspace.commit;

import dev.swivel.core.backend.KernelObject;
import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.Protocol;
import dev.swivel.linux.conntrack.Conntrack;
import dev.swivel.linux.conntrack.Flow;
import dev.swivel.linux.conntrack.FlowFilter;
import dev.swivel.linux.ipset.IpSets;
import dev.swivel.linux.iptables.Iptables;
import dev.swivel.linux.route.LocalRoutes;
import dev.swivel.netfilter.commit.Comparison;
import dev.swivel.netfilter.commit.Families;
import dev.swivel.netfilter.commit.Installed;
import dev.swivel.netfilter.commit.Removal;
import dev.swivel.netfilter.commit.SetStore;
import dev.swivel.netfilter.commit.SetSync;
import dev.swivel.netfilter.commit.Steps;
import dev.swivel.netfilter.commit.TableDump;
import dev.swivel.netfilter.rule.ChainName;
import dev.swivel.netfilter.rule.Table;
import dev.swivel.userspace.render.CaptureSet;
import dev.swivel.userspace.render.InnerRange;
import dev.swivel.userspace.render.Names;
import dev.swivel.userspace.render.StaticRules;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// Removes everything that this backend can have made, in both flavours of iptables.
public final class Cleanup {
    private static final Duration SETS_PATIENCE = Duration.ofSeconds(5);

    private Cleanup() {}

    /// Whether this mode has ever been here. Tells without running a program.
    public static boolean findsTraces() throws IOException {
        return findsSet(Cleanup::isOurs) || findsRoutes();
    }

    /// Whether there is anything that captures traffic. Tells without running a program.
    public static boolean findsCapture() throws IOException {
        return findsSet(Cleanup::captures);
    }

    private static boolean findsSet(Predicate<String> names) throws IOException {
        if (!IpSets.isPresent()) {
            return false;
        }
        try (SetStore store = SetStore.open()) {
            return store.headers().stream().anyMatch(set -> names.test(set.name()));
        }
    }

    private static boolean captures(String set) {
        return isOurs(set) && !set.equals(TakenOver.SIGN);
    }

    private static boolean findsRoutes() throws IOException {
        try (LocalRoutes routes = LocalRoutes.open()) {
            for (IpFamily family : IpFamily.values()) {
                for (Cidr range : Place.all(family)) {
                    if (routes.has(Place.range(range))) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static boolean isOurs(String set) {
        for (IpFamily family : IpFamily.values()) {
            if (set.startsWith(CaptureSet.prefix(family))) {
                return true;
            }
        }
        return false;
    }

    /// What a cleanup would remove now.
    public static List<KernelObject> leftovers() throws IOException {
        List<KernelObject> found = new ArrayList<>();
        for (Iptables iptables : Installed.all()) {
            removals(iptables, Names::isOurs)
                    .forEach(removal -> found.addAll(removal.objects(iptables.name())));
        }
        if (IpSets.isPresent()) {
            try (SetStore store = SetStore.open()) {
                store.headers().stream()
                        .filter(set -> isOurs(set.name()))
                        .forEach(
                                set -> found.add(new KernelObject("ipset", set.name(), List.of())));
            }
        }
        try (LocalRoutes routes = LocalRoutes.open()) {
            for (IpFamily family : IpFamily.values()) {
                for (Cidr range : Place.all(family)) {
                    if (routes.has(Place.range(range))) {
                        found.add(NodeBlueprint.route(range));
                    }
                }
            }
        }
        return found;
    }

    /// From here on a process that still relays puts nothing back.
    public static void takeOver() throws IOException {
        if (IpSets.isPresent()) {
            try (SetStore store = SetStore.open()) {
                TakenOver.say(store);
            }
        }
    }

    /// Removes rules and sets: nothing new is captured from here on. What keeps sources stays for
    /// those that relay on.
    public static void capture() throws IOException {
        Steps.takeAll(() -> rules(Names::captures), Cleanup::sets);
    }

    private static void sets() throws IOException {
        if (IpSets.isPresent()) {
            try (SetStore store = SetStore.open()) {
                SetSync.destroyAll(store, Cleanup::captures, SETS_PATIENCE);
            }
        }
    }

    private static void rules(Predicate<ChainName> which) throws IOException {
        Installed.each(iptables -> Removal.carryOut(removals(iptables, which), iptables));
    }

    private static List<Removal> removals(Iptables iptables, Predicate<ChainName> which)
            throws IOException {
        List<Removal> removals = new ArrayList<>();
        for (Table table : StaticRules.TABLES) {
            TableDump dump = TableDump.read(iptables, table);
            removals.add(new Removal(table, dump, Comparison.chains(dump, which)));
        }
        return removals;
    }

    /// Whether a process still relays on this node.
    public static boolean isInUse() throws IOException {
        return RelaySockets.present();
    }

    static boolean isInner(InetAddress address) {
        IpAddress ip = IpAddress.of(address);
        return InnerRange.of(ip.family()).contains(ip);
    }

    /// Ends what a relay that is gone has left in connection tracking: UDP entries that do not end
    /// by themselves for long.
    public static void flows() throws IOException {
        try (Conntrack conntrack = Conntrack.open()) {
            for (IpFamily family : IpFamily.values()) {
                List<Flow> left =
                        conntrack
                                .flows(
                                        FlowFilter.of(Families.linux(family))
                                                .withProtocol(Protocol.UDP.number()))
                                .stream()
                                .filter(flow -> isInner(flow.original().source()))
                                .toList();
                int _ = conntrack.delete(left);
            }
        }
    }

    /// Removes what is left when nothing is captured any more, and what uses it ends.
    public static void rest() throws IOException {
        Steps.takeAll(() -> rules(Names::isOurs), Cleanup::flows, Cleanup::routes, Cleanup::sign);
    }

    private static void sign() throws IOException {
        if (IpSets.isPresent()) {
            try (SetStore store = SetStore.open()) {
                TakenOver.takeBack(store);
            }
        }
    }

    private static void routes() throws IOException {
        try (LocalRoutes routes = LocalRoutes.open()) {
            for (IpFamily family : IpFamily.values()) {
                for (Cidr range : Place.all(family)) {
                    routes.delete(Place.range(range));
                }
            }
        }
    }
}
