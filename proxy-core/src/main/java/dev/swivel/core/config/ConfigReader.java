package dev.swivel.core.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.swivel.core.config.ConfigSection.Findings;
import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.IpAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Turns a KubeProxyConfiguration document into the configuration in force: kube-proxy's field
/// names, defaults and checks (spec 11). Command-line flags are put into such a document first, so
/// there is one way in.
public final class ConfigReader {
    private static final String API_VERSION = "kubeproxy.config.k8s.io/v1alpha1";
    private static final String PREVIOUS_MINOR = "1.35";
    private static final String KIND = "KubeProxyConfiguration";
    private static final String PROTOBUF = "application/vnd.kubernetes.protobuf";
    private static final double QPS = 5;
    private static final int BURST = 10;
    private static final Set<String> GATES =
            Set.of("AllowServiceExternalIPs", "ComponentFlagz", "ComponentStatusz");
    private static final Duration LONGEST_BUSY_POLL = Duration.ofMillis(1);
    private static final Set<String> MODES = Set.of("iptables", "ipvs", "userspace");

    /// @param document the same configuration as a complete document, every default filled in;
    ///   reading it again gives the same
    /// @param warnings for the log: one line each
    public record Result(ProxyConfig config, ObjectNode document, List<String> warnings) {}

    /// What only the command line can say.
    ///
    /// @param master URL of the API server in place of the kubeconfig's; empty for none
    /// @param healthServer false turns the health server off (`--healthz-port=0`)
    public record FlagsOnly(String master, boolean healthServer) {}

    private final String origin;
    private final FlagsOnly flags;
    private final Findings findings = new Findings();

    private ConfigReader(String origin, FlagsOnly flags) {
        this.origin = origin;
        this.flags = flags;
    }

    /// @param document the YAML or JSON document A file has to say what it is: one that does not
    ///   may be meant for another program.
    ///
    /// @throws ConfigException when it says nothing; what it says is for [#read] to judge
    public static void requireType(JsonNode document, String origin) throws ConfigException {
        List<String> faults = new ArrayList<>();
        if (document.isObject() && document.path("apiVersion").asText("").isEmpty()) {
            faults.add("apiVersion: missing; allowed: " + API_VERSION);
        }
        if (document.isObject() && document.path("kind").asText("").isEmpty()) {
            faults.add("kind: missing; allowed: " + KIND);
        }
        if (!faults.isEmpty()) {
            throw new ConfigException(origin, faults);
        }
    }

    /// @param origin what to call it in messages: a path, or "the command line"
    public static Result read(JsonNode document, String origin, FlagsOnly flags)
            throws ConfigException {
        return new ConfigReader(origin, flags).read(document);
    }

    /// The same with no flag but that one.
    public static Result read(JsonNode document, String origin, String master)
            throws ConfigException {
        return read(document, origin, new FlagsOnly(master, true));
    }

    private Result read(JsonNode document) throws ConfigException {
        if (!document.isObject()) {
            throw new ConfigException(origin + " is not a " + KIND + " document");
        }
        ConfigSection root = new ConfigSection(document, findings);
        checkType(root, "apiVersion", API_VERSION);
        checkType(root, "kind", KIND);
        ProxyConfig base = ConfigDefaults.defaults();
        String mode = mode(root);
        String bind = address(root, "bindAddress", base.bindAddress());
        boolean ipv6 = bind.indexOf(':') >= 0;
        ProxyConfig config =
                new ProxyConfig(
                        mode,
                        hostname(root),
                        bind,
                        healthz(root, ipv6 ? "[::]" : "0.0.0.0"),
                        hostPort(
                                root,
                                "metricsBindAddress",
                                ipv6 ? "[::1]" : "127.0.0.1",
                                ConfigDefaults.METRICS_PORT),
                        root.bool("bindAddressHardFail", false),
                        client(root.section("clientConnection")),
                        detectLocal(root),
                        nodePortRanges(root.texts("nodePortAddresses")),
                        iptables(root.section("iptables")),
                        ipvs(root.section("ipvs"), mode),
                        userspace(root.ownSection("userspace"), base.userspace()),
                        conntrack(root.section("conntrack")),
                        featureGates(root),
                        LoggingReader.read(root.section("logging")),
                        root.bool("enableProfiling", false),
                        root.integer("oomScoreAdj", base.oomScoreAdj(), -1000, 1000),
                        root.period("configSyncPeriod", base.configSyncPeriod()));
        if (!config.configSyncPeriod().equals(base.configSyncPeriod())) {
            root.ignored("configSyncPeriod", "nothing here forgets what it was told");
        }
        withoutEffect(root);
        root.finish();
        if (!findings.faults().isEmpty()) {
            throw new ConfigException(origin, findings.faults().stream().distinct().toList());
        }
        return new Result(config, root.inForce(), List.copyOf(findings.warnings()));
    }

    /// Fields that make no sense here. They are read all the same: of the right type, and complete
    /// when the configuration is written out.
    private static void withoutEffect(ConfigSection root) {
        root.text("portRange", "");
        root.ignored("portRange", "Swivel opens no ports for Services");
        String shown = root.text("showHiddenMetricsForVersion", "");
        if (!shown.isEmpty() && !shown.equals(PREVIOUS_MINOR)) {
            root.fault(
                    "showHiddenMetricsForVersion", shown, PREVIOUS_MINOR + ", or empty for none");
        }
        root.ignored("showHiddenMetricsForVersion", "no metric is hidden");
        root.bool("windowsRunAsService", false);
        root.ignored("windowsRunAsService", "Swivel runs on Linux");

        root.sectionWithoutEffect(
                "nftables",
                "there is no nftables mode",
                nftables -> {
                    nftables.integer("masqueradeBit", 14, Integer.MIN_VALUE, Integer.MAX_VALUE);
                    nftables.bool("masqueradeAll", false);
                    nftables.period("syncPeriod", ConfigDefaults.SYNC_PERIOD);
                    nftables.period("minSyncPeriod", Duration.ofSeconds(1));
                });
        root.sectionWithoutEffect(
                "winkernel",
                "Swivel runs on Linux",
                winkernel -> {
                    for (String name : List.of("networkName", "sourceVip", "rootHnsEndpointName")) {
                        winkernel.text(name, "");
                    }
                    winkernel.bool("enableDSR", false);
                    winkernel.bool("forwardHealthCheckVip", false);
                });
    }

    private Map<String, Boolean> featureGates(ConfigSection root) {
        Map<String, Boolean> gates = root.switches("featureGates");
        gates.keySet().stream()
                .filter(gate -> !GATES.contains(gate))
                .forEach(gate ->
                        findings.warnings()
                                .add(
                                        "featureGates."
                                                + gate
                                                + " is ignored: it changes nothing in Swivel"));
        return gates;
    }

    private static String hostname(ConfigSection root) {
        String name = root.text("hostnameOverride", "").strip().toLowerCase(Locale.ROOT);
        root.settle("hostnameOverride", name);
        return name;
    }

    private String healthz(ConfigSection root, String defaultHost) {
        String address =
                hostPort(root, "healthzBindAddress", defaultHost, ConfigDefaults.HEALTHZ_PORT);
        if (flags.healthServer()) {
            return address;
        }
        root.settle("healthzBindAddress", "");
        return "";
    }

    private void checkType(ConfigSection root, String field, String wanted) {
        String found = root.text(field, wanted);
        if (!found.equals(wanted)) {
            root.fault(field, found, wanted);
        }
    }

    private String mode(ConfigSection root) {
        String mode = root.text("mode", "");
        if (mode.isEmpty()) {
            root.settle("mode", "iptables");
            return "iptables";
        }
        if (!MODES.contains(mode)) {
            root.fault("mode", mode, "iptables, ipvs, userspace, or empty for iptables");
        }
        return mode;
    }

    private static String address(ConfigSection section, String name, String fallback) {
        String text = section.text(name, "");
        Optional<IpAddress> address = IpAddress.parse(text);
        if (address.isEmpty() && !text.isEmpty()) {
            section.fault(name, text, "an IP address");
        }
        String settled = address.map(IpAddress::toString).orElse(fallback);
        section.settle(name, settled);
        return settled;
    }

    /// An IP with or without a port, made complete.
    private static String hostPort(
            ConfigSection section, String name, String defaultHost, int defaultPort) {
        String text = section.text(name, "");
        Optional<String> complete =
                text.isEmpty()
                        ? Optional.of(defaultHost + ":" + defaultPort)
                        : HostPort.complete(text, defaultPort);
        if (complete.isEmpty()) {
            section.fault(
                    name,
                    text,
                    "an IP address with or without a port from 1 to 65535, such as 0.0.0.0:"
                            + defaultPort);
        }
        String settled = complete.orElse(text);
        section.settle(name, settled);
        return settled;
    }

    private ProxyConfig.ClientConnection client(ConfigSection section) {
        for (String name : List.of("acceptContentTypes", "contentType")) {
            if (!Set.of("", PROTOBUF, "application/json").contains(section.text(name, ""))) {
                section.ignored(name, "Swivel reads JSON");
            }
        }
        if (section.text("contentType", "").isEmpty()) {
            section.settle("contentType", PROTOBUF);
        }
        ProxyConfig.ClientConnection client =
                new ProxyConfig.ClientConnection(
                        section.text("kubeconfig", ""),
                        flags.master(),
                        section.number("qps", QPS),
                        section.positive("burst", BURST));
        if (client.qps() != QPS) {
            section.ignored("qps", "Swivel sends a few requests a minute");
        }
        if (client.burst() != BURST) {
            section.ignored("burst", "Swivel sends a few requests a minute");
        }
        section.finish();
        return client;
    }

    private DetectLocal detectLocal(ConfigSection root) {
        String mode = root.text("detectLocalMode", "");
        ConfigSection section = root.section("detectLocal");
        String bridge = section.text("bridgeInterface", "");
        String prefix = section.text("interfaceNamePrefix", "");
        section.finish();
        String clusterCidr = root.text("clusterCIDR", "");
        if (mode.isEmpty()) {
            root.settle("detectLocalMode", "ClusterCIDR");
        }
        return switch (mode) {
            case "", "ClusterCIDR" -> new DetectLocal.ClusterCidr(clusterCidrs(root, clusterCidr));
            case "NodeCIDR" -> new DetectLocal.NodeCidr();
            case "BridgeInterface" -> {
                requireInterface(section, "bridgeInterface", bridge);
                yield new DetectLocal.BridgeInterface(bridge);
            }
            case "InterfaceNamePrefix" -> {
                requireInterface(section, "interfaceNamePrefix", prefix);
                yield new DetectLocal.InterfaceNamePrefix(prefix);
            }
            default -> {
                root.fault(
                        "detectLocalMode",
                        mode,
                        "ClusterCIDR, NodeCIDR, BridgeInterface, InterfaceNamePrefix");
                yield new DetectLocal.NodeCidr();
            }
        };
    }

    private static void requireInterface(ConfigSection section, String field, String name) {
        if (!name.matches("[A-Za-z0-9_.@-]{1,15}")) {
            section.fault(field, '"' + name + '"', "an interface name of 1 to 15 characters");
        }
    }

    private static List<Cidr> clusterCidrs(ConfigSection root, String text) {
        List<Cidr> cidrs = new ArrayList<>();
        for (String part : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            Optional<Cidr> cidr = Cidr.parse(part);
            if (cidr.isEmpty() || cidrs.stream().anyMatch(c -> c.family() == cidr.get().family())) {
                root.fault(
                        "clusterCIDR",
                        text,
                        "one range, or one for each IP family, such as 10.244.0.0/16,fd00:10:244::/56");
            } else {
                cidrs.add(cidr.get());
            }
        }
        return cidrs;
    }

    private NodePortRanges nodePortRanges(List<String> texts) {
        if (texts.equals(List.of("primary"))) {
            return new NodePortRanges.Primary();
        }
        List<Cidr> ranges = new ArrayList<>();
        for (String text : texts) {
            Cidr.parse(text)
                    .ifPresentOrElse(
                            ranges::add,
                            () ->
                                    findings.faults()
                                            .add(
                                                    "nodePortAddresses: "
                                                            + text
                                                            + " is not allowed; allowed: ranges such as 10.0.0.0/8, or primary alone"));
        }
        return new NodePortRanges.InRanges(ranges);
    }

    private static ProxyConfig.Iptables iptables(ConfigSection section) {
        Duration sync = section.period("syncPeriod", ConfigDefaults.SYNC_PERIOD);
        Duration min = section.duration("minSyncPeriod", ConfigDefaults.MIN_SYNC_PERIOD);
        requireOrder(section, min, sync);
        ProxyConfig.Iptables iptables =
                new ProxyConfig.Iptables(
                        section.integer("masqueradeBit", 14, 0, 31),
                        section.bool("masqueradeAll", false),
                        section.bool("localhostNodePorts", true),
                        sync,
                        min);
        section.finish();
        return iptables;
    }

    private static ProxyConfig.Ipvs ipvs(ConfigSection section, String mode) {
        Duration sync = section.period("syncPeriod", ConfigDefaults.SYNC_PERIOD);
        Duration min = section.duration("minSyncPeriod", ConfigDefaults.MIN_SYNC_PERIOD);
        if (mode.equals("ipvs")) {
            requireOrder(section, min, sync);
        }
        List<Cidr> excluded = new ArrayList<>();
        for (String text : section.texts("excludeCIDRs")) {
            Optional<Cidr> cidr = Cidr.parse(text);
            cidr.ifPresent(excluded::add);
            if (cidr.isEmpty() && mode.equals("ipvs")) {
                section.fault("excludeCIDRs", text, "ranges such as 10.0.0.0/8");
            }
        }
        ProxyConfig.Ipvs ipvs =
                new ProxyConfig.Ipvs(
                        sync,
                        min,
                        section.text("scheduler", ""),
                        excluded,
                        section.bool("strictARP", false),
                        section.duration("tcpTimeout", Duration.ZERO),
                        section.duration("tcpFinTimeout", Duration.ZERO),
                        section.duration("udpTimeout", Duration.ZERO));
        section.finish();
        return ipvs;
    }

    private static ProxyConfig.Userspace userspace(
            ConfigSection section, ProxyConfig.Userspace base) {
        Duration busyPoll = section.duration("busyPoll", base.busyPoll());
        if (busyPoll.compareTo(LONGEST_BUSY_POLL) > 0) {
            section.fault(
                    "busyPoll",
                    GoDuration.format(busyPoll),
                    "at most " + GoDuration.format(LONGEST_BUSY_POLL));
        }
        ProxyConfig.Userspace userspace =
                new ProxyConfig.Userspace(
                        section.text("algorithm", base.algorithm()),
                        section.duration("drainTimeout", base.drainTimeout()),
                        section.integer(
                                "maxConnections", base.maxConnections(), 0, Integer.MAX_VALUE),
                        busyPoll);
        section.finish();
        return userspace;
    }

    private static void requireOrder(ConfigSection section, Duration min, Duration sync) {
        if (min.compareTo(sync) > 0) {
            section.fault(
                    "minSyncPeriod",
                    GoDuration.format(min),
                    "at most syncPeriod, " + GoDuration.format(sync));
        }
    }

    private static ProxyConfig.Conntrack conntrack(ConfigSection section) {
        ProxyConfig.Conntrack base = ConfigDefaults.defaults().conntrack();
        ProxyConfig.Conntrack conntrack =
                new ProxyConfig.Conntrack(
                        section.integer("maxPerCore", base.maxPerCore(), 0, Integer.MAX_VALUE),
                        section.integer("min", base.min(), 0, Integer.MAX_VALUE),
                        section.duration("tcpEstablishedTimeout", base.tcpEstablishedTimeout()),
                        section.duration("tcpCloseWaitTimeout", base.tcpCloseWaitTimeout()),
                        section.bool("tcpBeLiberal", base.tcpBeLiberal()),
                        section.duration("udpTimeout", Duration.ZERO),
                        section.duration("udpStreamTimeout", Duration.ZERO));
        section.finish();
        return conntrack;
    }
}
