package dev.swivel.core.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.swivel.core.config.ConfigSection.Findings;
import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Turns a KubeProxyConfiguration document into the configuration in force: kube-proxy's field
/// names, defaults and checks (spec 11). Command-line flags are put into such a document first, so
/// there is one way in.
public final class ConfigReader {
    private static final String API_VERSION = "kubeproxy.config.k8s.io/v1alpha1";
    private static final String KIND = "KubeProxyConfiguration";
    private static final Set<String> MODES = Set.of("iptables", "ipvs", "userspace");

    /// @param warnings for the log: one line each
    public record Result(ProxyConfig config, List<String> warnings) {}

    private final String origin;
    private final Findings findings = new Findings();

    private ConfigReader(String origin) {
        this.origin = origin;
    }

    /// @param document the YAML or JSON document
    /// @param origin what to call it in messages: a path, or "the command line"
    /// @param master the flag of that name, which no document has; empty for none
    public static Result read(JsonNode document, String origin, String master)
            throws ConfigException {
        return new ConfigReader(origin).read(document, master);
    }

    private Result read(JsonNode document, String master) throws ConfigException {
        if (!document.isObject()) {
            throw new ConfigException(origin + " is not a " + KIND + " document");
        }
        ConfigSection root = new ConfigSection("", document, findings);
        checkType(root, "apiVersion", API_VERSION);
        checkType(root, "kind", KIND);
        ProxyConfig base = ConfigDefaults.defaults();
        String mode = mode(root);
        String bind = address(root, "bindAddress", base.bindAddress());
        boolean ipv6 = bind.indexOf(':') >= 0;
        ProxyConfig config =
                new ProxyConfig(
                        mode,
                        root.text("hostnameOverride", "").strip().toLowerCase(Locale.ROOT),
                        bind,
                        hostPort(
                                root,
                                "healthzBindAddress",
                                ipv6 ? "[::]" : "0.0.0.0",
                                ConfigDefaults.HEALTHZ_PORT),
                        hostPort(
                                root,
                                "metricsBindAddress",
                                ipv6 ? "[::1]" : "127.0.0.1",
                                ConfigDefaults.METRICS_PORT),
                        root.bool("bindAddressHardFail", false),
                        client(root.section("clientConnection"), master),
                        detectLocal(root),
                        nodePortRanges(root.texts("nodePortAddresses")),
                        iptables(root.section("iptables")),
                        ipvs(root.section("ipvs"), mode),
                        conntrack(root.section("conntrack")),
                        root.switches("featureGates"),
                        logging(root.section("logging")),
                        root.bool("enableProfiling", false),
                        root.integer("oomScoreAdj", base.oomScoreAdj(), -1000, 1000),
                        root.duration("configSyncPeriod", base.configSyncPeriod(), Duration.ZERO));
        for (String name :
                List.of("portRange", "windowsRunAsService", "showHiddenMetricsForVersion")) {
            root.ignored(name, "it has no effect in Swivel");
        }
        root.ignored("winkernel", "Swivel runs on Linux");
        root.ignored("nftables", "there is no nftables mode");
        root.finish();
        if (!findings.faults().isEmpty()) {
            throw new ConfigException(origin, findings.faults());
        }
        return new Result(config, List.copyOf(findings.warnings()));
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
            return "iptables";
        }
        if (!MODES.contains(mode)) {
            root.fault("mode", mode, "iptables, ipvs, userspace, or empty for iptables");
        }
        return mode;
    }

    private static String address(ConfigSection section, String name, String fallback) {
        String text = section.text(name, "");
        if (text.isEmpty()) {
            return fallback;
        }
        Optional<IpAddress> address = IpAddress.parse(text);
        if (address.isEmpty()) {
            section.fault(name, text, "an IP address");
        }
        return address.map(IpAddress::toString).orElse(fallback);
    }

    /// An IP with or without a port, made complete.
    private static String hostPort(
            ConfigSection section, String name, String defaultHost, int defaultPort) {
        String text = section.text(name, "");
        if (text.isEmpty()) {
            return defaultHost + ":" + defaultPort;
        }
        boolean bare = IpAddress.parse(text).isPresent();
        int colon = bare ? -1 : text.lastIndexOf(':');
        String host = colon < 0 ? text : text.substring(0, colon);
        String port = colon < 0 ? Integer.toString(defaultPort) : text.substring(colon + 1);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        Optional<IpAddress> address =
                IpAddress.parse(bracketed ? host.substring(1, host.length() - 1) : host);
        if (address.isEmpty()
                || !port.matches("[0-9]{1,5}")
                || Integer.parseInt(port) < 1
                || Integer.parseInt(port) > 65535) {
            section.fault(
                    name,
                    text,
                    "an IP address with or without a port from 1 to 65535, such as 0.0.0.0:"
                            + defaultPort);
            return text;
        }
        return (address.get().family() == IpFamily.IPV6
                        ? "[" + address.get() + "]"
                        : address.get().toString())
                + ":"
                + port;
    }

    private static ProxyConfig.ClientConnection client(ConfigSection section, String master) {
        section.ignored("acceptContentTypes", "Swivel reads JSON");
        section.text("contentType", "");
        ProxyConfig.ClientConnection client =
                new ProxyConfig.ClientConnection(
                        section.text("kubeconfig", ""),
                        master,
                        section.number("qps", 5),
                        section.integer("burst", 10, 0, Integer.MAX_VALUE));
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
        Duration sync =
                positiveOr(
                        section.duration("syncPeriod", Duration.ZERO, Duration.ZERO),
                        ConfigDefaults.SYNC_PERIOD);
        Duration min = section.duration("minSyncPeriod", Duration.ZERO, Duration.ZERO);
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
        Duration sync =
                positiveOr(
                        section.duration("syncPeriod", Duration.ZERO, Duration.ZERO),
                        ConfigDefaults.SYNC_PERIOD);
        Duration min = section.duration("minSyncPeriod", Duration.ZERO, Duration.ZERO);
        requireOrder(section, min, sync);
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
                        section.duration("tcpTimeout", Duration.ZERO, Duration.ZERO),
                        section.duration("tcpFinTimeout", Duration.ZERO, Duration.ZERO),
                        section.duration("udpTimeout", Duration.ZERO, Duration.ZERO));
        section.finish();
        return ipvs;
    }

    private static Duration positiveOr(Duration value, Duration fallback) {
        return value.isZero() ? fallback : value;
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
                        section.duration(
                                "tcpEstablishedTimeout",
                                base.tcpEstablishedTimeout(),
                                Duration.ZERO),
                        section.duration(
                                "tcpCloseWaitTimeout", base.tcpCloseWaitTimeout(), Duration.ZERO),
                        section.bool("tcpBeLiberal", base.tcpBeLiberal()),
                        section.duration("udpTimeout", base.udpTimeout(), Duration.ZERO),
                        section.duration(
                                "udpStreamTimeout", base.udpStreamTimeout(), Duration.ZERO));
        section.finish();
        return conntrack;
    }

    private static ProxyConfig.Logging logging(ConfigSection section) {
        String format = section.text("format", "text");
        if (!format.equals("text") && !format.equals("json")) {
            section.fault("format", format, "text or json");
        }
        for (String name : List.of("flushFrequency", "options", "vmodule")) {
            section.ignored(name, "lines are written at once");
        }
        ProxyConfig.Logging logging =
                new ProxyConfig.Logging(
                        format, section.integer("verbosity", 0, 0, Integer.MAX_VALUE));
        section.finish();
        return logging;
    }
}
