package dev.swivel.netfilter.check;

import dev.swivel.core.backend.Requirement;
import dev.swivel.core.model.IpFamily;
import dev.swivel.linux.conntrack.Conntrack;
import dev.swivel.linux.conntrack.FlowFilter;
import dev.swivel.linux.exec.CommandException;
import dev.swivel.linux.ipset.IpSets;
import dev.swivel.linux.ipset.SetSpec;
import dev.swivel.linux.ipset.SetType;
import dev.swivel.linux.iptables.Flavour;
import dev.swivel.linux.iptables.FlavourDetector;
import dev.swivel.linux.iptables.Iptables;
import dev.swivel.linux.netns.NetworkNamespace;
import dev.swivel.linux.netns.Task;
import dev.swivel.linux.process.Capability;
import dev.swivel.netfilter.commit.Families;
import dev.swivel.netfilter.rule.Table;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Tries what rules and sets need, each by itself: rights, programs, and, in a network namespace
/// made for it, the kernel.
public final class MachineCheck {
    private static final Path LOCK = Path.of("/run/xtables.lock");

    private final Set<IpFamily> families;
    private final List<Requirement> found = new ArrayList<>();

    public MachineCheck(Set<IpFamily> families) {
        this.families = Set.copyOf(families);
    }

    /// What was found so far, in the order in which it was asked for.
    public List<Requirement> found() {
        return List.copyOf(found);
    }

    public void add(Requirement requirement) {
        found.add(requirement);
    }

    public void capability(Capability capability, String use) {
        String name = capability.toString();
        try {
            if (capability.isHeld()) {
                add(Requirement.ok(name, "held"));
            } else {
                add(Requirement.missing(name, "not held; needed for " + use, capability.remedy()));
            }
        } catch (IOException e) {
            add(Requirement.unknown(name, said(e)));
        }
    }

    /// A kernel setting that is written at the start.
    ///
    /// @param name dotted
    public void sysctl(String name, String use) {
        Path file = Path.of("/proc/sys", name.replace('.', '/'));
        if (!Files.exists(file)) {
            add(
                    Requirement.limited(
                            name,
                            "the kernel does not have it (yet); needed for " + use,
                            "load the module that has it; it may come with the first rule"));
        } else if (Files.isWritable(file)) {
            add(Requirement.ok(name, "writable"));
        } else {
            add(
                    Requirement.limited(
                            name,
                            "cannot be written; needed for " + use,
                            "mount the host's /proc/sys/net writable, or set it on the host"));
        }
    }

    /// The programs of both families, and everything that rules and sets need of the kernel. A
    /// family without them is left out, unless there is no other.
    public void tables(Collection<RuleFeature> features, Collection<SetType> types) {
        Flavour flavour;
        try {
            var detected = FlavourDetector.detect();
            flavour = detected.flavour();
            add(Requirement.ok("iptables flavour", flavour.label() + ": " + detected.reason()));
        } catch (IOException e) {
            add(
                    Requirement.missing(
                            "iptables",
                            said(e),
                            "install iptables 1.8 or newer, and run with CAP_NET_ADMIN"));
            return;
        }
        List<Iptables> programs = new ArrayList<>();
        List<Requirement> lacking = new ArrayList<>();
        for (IpFamily family : families.stream().sorted().toList()) {
            String name = (family == IpFamily.IPV4 ? "iptables-" : "ip6tables-") + flavour.label();
            try {
                Iptables iptables = Iptables.open(Families.linux(family), flavour);
                programs.add(iptables);
                add(Requirement.ok(name, iptables.version().toString()));
            } catch (CommandException e) {
                String remedy = "install it; on Debian: apt-get install iptables";
                lacking.add(Requirement.missing(name, said(e), remedy));
            }
        }
        if (flavour == Flavour.LEGACY) {
            lock();
        }
        inNewNamespace("kernel features", () -> sets(types));
        for (Iptables iptables : programs) {
            inNewNamespace(
                    iptables.name() + " rules",
                    () -> {
                        Optional<Requirement> noTable = noTable(iptables);
                        noTable.ifPresent(lacking::add);
                        return noTable.isPresent() ? List.of() : rules(iptables, features);
                    });
        }
        if (lacking.size() < families.size()) {
            lacking.replaceAll(need ->
                    Requirement.limited(
                            need.name(),
                            need.finding() + "; only the other IP family is served",
                            need.remedy()));
        }
        found.addAll(lacking);
    }

    private static Optional<Requirement> noTable(Iptables iptables) {
        try {
            var _ = iptables.save(Table.NAT.text());
            return Optional.empty();
        } catch (CommandException e) {
            String module =
                    iptables.flavour() == Flavour.NFT
                            ? "nft_chain_nat"
                            : iptables.family() == dev.swivel.linux.IpFamily.IPV4
                                    ? "iptable_nat"
                                    : "ip6table_nat";
            return Optional.of(
                    Requirement.missing(
                            iptables.name() + ": nat table", said(e), kernelRemedy(module)));
        }
    }

    /// What cannot be tried on what serves traffic.
    ///
    /// @param name for the answer where no namespace can be made
    public void inNewNamespace(String name, Task<List<Requirement>, RuntimeException> trial) {
        try {
            found.addAll(NetworkNamespace.callInNew(trial));
        } catch (UncheckedIOException _) {
            add(
                    Requirement.unknown(
                            name, "not tried: a namespace to try it in takes CAP_SYS_ADMIN"));
        }
    }

    private void lock() {
        Path place = Files.exists(LOCK) ? LOCK : LOCK.getParent();
        if (place != null && Files.isWritable(place)) {
            add(Requirement.ok(LOCK.toString(), "writable"));
        } else {
            add(
                    Requirement.missing(
                            LOCK.toString(),
                            "cannot be written",
                            "mount the host's file there: all programs that write rules share it"));
        }
    }

    private static List<Requirement> sets(Collection<SetType> types) {
        List<Requirement> found = new ArrayList<>();
        types.forEach(type -> found.add(set(type)));
        found.add(conntrack());
        return found;
    }

    private static Requirement set(SetType type) {
        String name = "ipset " + type.kernelName();
        SetSpec spec =
                type.isHash()
                        ? SetSpec.hash("swivel-check", type, dev.swivel.linux.IpFamily.IPV4)
                        : SetSpec.ports("swivel-check", 0, 65535);
        try (IpSets sets = IpSets.open()) {
            sets.createNew(spec);
            sets.destroy(spec.name());
            return Requirement.ok(name, "works");
        } catch (IOException e) {
            String module = "ip_set_" + type.kernelName().replace(":", "_").replace(",", "");
            return Requirement.missing(name, said(e), kernelRemedy(module));
        }
    }

    private static Requirement conntrack() {
        String name = "conntrack by netlink";
        try (Conntrack conntrack = Conntrack.open()) {
            var _ = conntrack.flows(FlowFilter.of(dev.swivel.linux.IpFamily.IPV4));
            return Requirement.ok(name, "works");
        } catch (IOException e) {
            return Requirement.limited(
                    name,
                    said(e) + "; stale UDP flows end late",
                    kernelRemedy("nf_conntrack_netlink"));
        }
    }

    private static List<Requirement> rules(Iptables iptables, Collection<RuleFeature> features) {
        List<Requirement> found = new ArrayList<>();
        try (IpSets sets = IpSets.open()) {
            sets.createNew(
                    SetSpec.hash(RuleFeature.SET.text(), SetType.HASH_IP, iptables.family())
                            .withTimeout(Duration.ofSeconds(60)));
        } catch (IOException _) {
            // what needs the set will say so
        }
        for (RuleFeature feature : features) {
            found.add(rule(iptables, feature));
        }
        return found;
    }

    private static Requirement rule(Iptables iptables, RuleFeature feature) {
        String name = iptables.name() + ": " + feature.title();
        IpFamily family =
                iptables.family() == dev.swivel.linux.IpFamily.IPV4 ? IpFamily.IPV4 : IpFamily.IPV6;
        try {
            iptables.restore(feature.script(family));
            return Requirement.ok(name, "works");
        } catch (CommandException e) {
            String remedy = kernelRemedy(feature.module());
            return feature.loss().isEmpty()
                    ? Requirement.missing(name, said(e), remedy)
                    : Requirement.limited(name, said(e) + "; " + feature.loss(), remedy);
        }
    }

    private static String kernelRemedy(String module) {
        return "modprobe " + module + ", or a kernel with it";
    }

    private static String said(IOException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("").strip();
    }
}
