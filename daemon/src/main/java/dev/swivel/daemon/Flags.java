package dev.swivel.daemon;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.swivel.core.config.ConfigDefaults;
import dev.swivel.core.config.ConfigException;
import dev.swivel.core.model.IpAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// kube-proxy's flags (spec 11.3). Each is put into a configuration document under the field it
/// stands for, so that flags and files are read and checked in one place.
final class Flags {
    @Option(
            names = "--proxy-mode",
            paramLabel = "MODE",
            description = "Backend: iptables (default), ipvs or userspace.")
    @Nullable String proxyMode;

    @Option(
            names = "--cluster-cidr",
            paramLabel = "CIDR[,CIDR]",
            description =
                    "Range of the pods' addresses, one per IP family. Traffic to ClusterIPs from elsewhere is masqueraded.")
    @Nullable String clusterCidr;

    @Option(
            names = "--detect-local-mode",
            paramLabel = "MODE",
            description =
                    "How to recognise traffic of this node's pods: ClusterCIDR (default), NodeCIDR, BridgeInterface, InterfaceNamePrefix.")
    @Nullable String detectLocalMode;

    @Option(
            names = "--pod-bridge-interface",
            paramLabel = "NAME",
            description = "Bridge of the pods, for BridgeInterface.")
    @Nullable String podBridgeInterface;

    @Option(
            names = "--pod-interface-name-prefix",
            paramLabel = "PREFIX",
            description = "Prefix of the pods' interfaces, for InterfaceNamePrefix.")
    @Nullable String podInterfaceNamePrefix;

    @Option(
            names = "--nodeport-addresses",
            paramLabel = "CIDR",
            split = ",",
            description =
                    "Ranges of node addresses on which node ports answer, or primary. Default: all.")
    @Nullable List<String> nodePortAddresses;

    @Option(
            names = "--bind-address",
            paramLabel = "IP",
            description = "Overrides the node's primary IP. Nothing is bound to it.")
    @Nullable String bindAddress;

    @Option(
            names = "--healthz-bind-address",
            paramLabel = "IP[:PORT]",
            description = "Where /healthz and /livez are served. Default: 0.0.0.0:10256.")
    @Nullable String healthzBindAddress;

    @Option(
            names = "--metrics-bind-address",
            paramLabel = "IP[:PORT]",
            description = "Where /metrics is served. Default: 127.0.0.1:10249.")
    @Nullable String metricsBindAddress;

    @Option(
            names = "--healthz-port",
            paramLabel = "PORT",
            description =
                    "Deprecated: give the port with --healthz-bind-address. 0 turns the health server off.")
    @Nullable Integer healthzPort;

    @Option(
            names = "--metrics-port",
            paramLabel = "PORT",
            description = "Deprecated: give the port with --metrics-bind-address.")
    @Nullable Integer metricsPort;

    @Option(
            names = "--bind-address-hard-fail",
            arity = "0..1",
            fallbackValue = "true",
            paramLabel = "BOOL",
            description = "Exit when the health or metrics address cannot be bound.")
    @Nullable Boolean bindAddressHardFail;

    @Option(
            names = "--masquerade-all",
            arity = "0..1",
            fallbackValue = "true",
            paramLabel = "BOOL",
            description = "Masquerade all traffic to ClusterIPs.")
    @Nullable Boolean masqueradeAll;

    @Option(
            names = "--iptables-masquerade-bit",
            paramLabel = "BIT",
            description = "Bit of the packet mark that asks for masquerade, 0 to 31. Default: 14.")
    @Nullable Integer iptablesMasqueradeBit;

    @Option(
            names = "--iptables-localhost-nodeports",
            arity = "0..1",
            fallbackValue = "true",
            paramLabel = "BOOL",
            description = "Serve node ports on 127.0.0.1 as well. Default: true.")
    @Nullable Boolean iptablesLocalhostNodePorts;

    @Option(
            names = "--iptables-sync-period",
            paramLabel = "DURATION",
            description = "Longest delay between retries of a failed sync. Default: 30s.")
    @Nullable String iptablesSyncPeriod;

    @Option(
            names = "--iptables-min-sync-period",
            paramLabel = "DURATION",
            description = "Rest between two syncs. Default: follows the work, at most 1s.")
    @Nullable String iptablesMinSyncPeriod;

    @Option(
            names = "--ipvs-scheduler",
            paramLabel = "NAME",
            description = "How IPVS chooses an endpoint: rr (default), wrr, lc, wlc, sh, ...")
    @Nullable String ipvsScheduler;

    @Option(
            names = "--ipvs-sync-period",
            paramLabel = "DURATION",
            description = "In mode ipvs: longest delay between retries. Default: 30s.")
    @Nullable String ipvsSyncPeriod;

    @Option(
            names = "--ipvs-min-sync-period",
            paramLabel = "DURATION",
            description =
                    "In mode ipvs: rest between two syncs. Default: follows the work, at most 1s.")
    @Nullable String ipvsMinSyncPeriod;

    @Option(
            names = "--ipvs-exclude-cidrs",
            paramLabel = "CIDR",
            split = ",",
            description = "Virtual servers in these ranges are left alone.")
    @Nullable List<String> ipvsExcludeCidrs;

    @Option(
            names = "--ipvs-strict-arp",
            arity = "0..1",
            fallbackValue = "true",
            paramLabel = "BOOL",
            description = "Do not answer ARP for Services' addresses.")
    @Nullable Boolean ipvsStrictArp;

    @Option(
            names = "--ipvs-tcp-timeout",
            paramLabel = "DURATION",
            description = "Idle timeout of IPVS TCP connections; 0 leaves it.")
    @Nullable String ipvsTcpTimeout;

    @Option(
            names = "--ipvs-tcpfin-timeout",
            paramLabel = "DURATION",
            description = "Timeout of IPVS TCP connections after a FIN; 0 leaves it.")
    @Nullable String ipvsTcpFinTimeout;

    @Option(
            names = "--ipvs-udp-timeout",
            paramLabel = "DURATION",
            description = "Timeout of IPVS UDP packets; 0 leaves it.")
    @Nullable String ipvsUdpTimeout;

    @Option(
            names = "--userspace-algorithm",
            paramLabel = "NAME",
            description =
                    "How mode userspace chooses an endpoint: round-robin (default), random, least-connections, power-of-two, maglev. A Service's annotation swivel.dev/algorithm goes before it.")
    @Nullable String userspaceAlgorithm;

    @Option(
            names = "--userspace-drain-timeout",
            paramLabel = "DURATION",
            description =
                    "In mode userspace: how long connections to an endpoint that left may live on. Default: 15m. A Service's annotation swivel.dev/drain-seconds goes before it.")
    @Nullable String userspaceDrainTimeout;

    @Option(
            names = "--userspace-max-connections",
            paramLabel = "N",
            description =
                    "In mode userspace: TCP connections at a time; 0 for what the limit of open files allows, the default.")
    @Nullable Integer userspaceMaxConnections;

    @Option(
            names = "--userspace-busy-poll",
            paramLabel = "DURATION",
            description =
                    "In mode userspace: how long an event loop may look for more before it sleeps, where more usually comes that soon and the processor is free. Try 50us on nodes whose idle processors do not sleep (tuned for latency). Default: 0, which sleeps at once.")
    @Nullable String userspaceBusyPoll;

    @Option(
            names = "--kubeconfig",
            paramLabel = "PATH",
            description = "How to reach the API server. Default: in-cluster.")
    @Nullable String kubeconfig;

    @Option(
            names = "--kube-api-qps",
            paramLabel = "N",
            description = "Accepted; Swivel sends a few requests a minute.")
    @Nullable Double kubeApiQps;

    @Option(
            names = "--kube-api-burst",
            paramLabel = "N",
            description = "Accepted; Swivel sends a few requests a minute.")
    @Nullable Integer kubeApiBurst;

    @Option(
            names = "--kube-api-content-type",
            paramLabel = "TYPE",
            description = "Accepted; Swivel reads JSON.")
    @Nullable String kubeApiContentType;

    @Option(
            names = "--conntrack-max-per-core",
            paramLabel = "N",
            description = "Connections to track per CPU core; 0 leaves the limit. Default: 32768.")
    @Nullable Integer conntrackMaxPerCore;

    @Option(
            names = "--conntrack-min",
            paramLabel = "N",
            description = "Connections to track at least. Default: 131072.")
    @Nullable Integer conntrackMin;

    @Option(
            names = "--conntrack-tcp-timeout-established",
            paramLabel = "DURATION",
            description = "Idle timeout of established connections; 0 leaves it. Default: 24h.")
    @Nullable String conntrackTcpTimeoutEstablished;

    @Option(
            names = "--conntrack-tcp-timeout-close-wait",
            paramLabel = "DURATION",
            description = "Timeout of half-closed connections; 0 leaves it. Default: 1h.")
    @Nullable String conntrackTcpTimeoutCloseWait;

    @Option(
            names = "--conntrack-tcp-be-liberal",
            arity = "0..1",
            fallbackValue = "true",
            paramLabel = "BOOL",
            description = "Do not treat out-of-window TCP packets as invalid.")
    @Nullable Boolean conntrackTcpBeLiberal;

    @Option(
            names = "--conntrack-udp-timeout",
            paramLabel = "DURATION",
            description = "Timeout of UDP flows without an answer; 0 leaves it.")
    @Nullable String conntrackUdpTimeout;

    @Option(
            names = "--conntrack-udp-timeout-stream",
            paramLabel = "DURATION",
            description = "Timeout of UDP flows with answers; 0 leaves it.")
    @Nullable String conntrackUdpTimeoutStream;

    @Option(
            names = "--feature-gates",
            paramLabel = "NAME=BOOL",
            split = ",",
            description = "AllowServiceExternalIPs=false turns external IPs off.")
    @Nullable List<String> featureGates;

    @Option(
            names = "--config-sync-period",
            paramLabel = "DURATION",
            description = "Accepted; Swivel's watches need no resync.")
    @Nullable String configSyncPeriod;

    @Option(
            names = "--oom-score-adj",
            paramLabel = "N",
            description = "-1000 to 1000. Default: -999.")
    @Nullable Integer oomScoreAdj;

    @Option(
            names = {"--profiling"},
            arity = "0..1",
            fallbackValue = "true",
            paramLabel = "BOOL",
            description = "Serve /debug on the metrics address.")
    @Nullable Boolean profiling;

    @Option(
            names = "--show-hidden-metrics-for-version",
            paramLabel = "X.Y",
            description = "Accepted; no metric is hidden.")
    @Nullable String showHiddenMetricsForVersion;

    @Option(
            names = {"--boot-id-file", "--machine-id-file"},
            paramLabel = "PATHS",
            hidden = true,
            description = "Accepted, without effect.")
    @Nullable String idFiles;

    /// The flags given, as a configuration document.
    ObjectNode document() throws ConfigException {
        ConfigPaths document = new ConfigPaths();
        document.put("mode", proxyMode);
        document.put("clusterCIDR", clusterCidr);
        document.put("detectLocalMode", detectLocalMode);
        document.put("detectLocal.bridgeInterface", podBridgeInterface);
        document.put("detectLocal.interfaceNamePrefix", podInterfaceNamePrefix);
        document.put("nodePortAddresses", given(nodePortAddresses));
        document.put("bindAddress", bindAddress);
        document.put(
                "healthzBindAddress",
                withPort(healthzBindAddress, healthzPort, "0.0.0.0", ConfigDefaults.HEALTHZ_PORT));
        document.put(
                "metricsBindAddress",
                withPort(
                        metricsBindAddress, metricsPort, "127.0.0.1", ConfigDefaults.METRICS_PORT));
        document.put("bindAddressHardFail", bindAddressHardFail);
        document.put("iptables.masqueradeAll", masqueradeAll);
        document.put("iptables.masqueradeBit", iptablesMasqueradeBit);
        document.put("iptables.localhostNodePorts", iptablesLocalhostNodePorts);
        document.put("iptables.syncPeriod", iptablesSyncPeriod);
        document.put("iptables.minSyncPeriod", iptablesMinSyncPeriod);
        document.put("ipvs.scheduler", ipvsScheduler);
        document.put("ipvs.syncPeriod", ipvsSyncPeriod);
        document.put("ipvs.minSyncPeriod", ipvsMinSyncPeriod);
        document.put("ipvs.excludeCIDRs", given(ipvsExcludeCidrs));
        document.put("ipvs.strictARP", ipvsStrictArp);
        document.put("ipvs.tcpTimeout", ipvsTcpTimeout);
        document.put("ipvs.tcpFinTimeout", ipvsTcpFinTimeout);
        document.put("ipvs.udpTimeout", ipvsUdpTimeout);
        document.put("userspace.algorithm", userspaceAlgorithm);
        document.put("userspace.drainTimeout", userspaceDrainTimeout);
        document.put("userspace.maxConnections", userspaceMaxConnections);
        document.put("userspace.busyPoll", userspaceBusyPoll);
        document.put("clientConnection.contentType", kubeApiContentType);
        document.put("clientConnection.kubeconfig", kubeconfig);
        document.put("clientConnection.qps", kubeApiQps);
        document.put("clientConnection.burst", kubeApiBurst);
        document.put("conntrack.maxPerCore", conntrackMaxPerCore);
        document.put("conntrack.min", conntrackMin);
        document.put("conntrack.tcpEstablishedTimeout", conntrackTcpTimeoutEstablished);
        document.put("conntrack.tcpCloseWaitTimeout", conntrackTcpTimeoutCloseWait);
        document.put("conntrack.tcpBeLiberal", conntrackTcpBeLiberal);
        document.put("conntrack.udpTimeout", conntrackUdpTimeout);
        document.put("conntrack.udpStreamTimeout", conntrackUdpTimeoutStream);
        document.put("featureGates", gates(given(featureGates)));
        document.put("configSyncPeriod", configSyncPeriod);
        document.put("oomScoreAdj", oomScoreAdj);
        document.put("enableProfiling", profiling);
        document.put("showHiddenMetricsForVersion", showHiddenMetricsForVersion);
        return document.root();
    }

    /// Whether there is to be a health server at all.
    boolean healthServer() {
        return healthzPort == null || healthzPort != 0;
    }

    /// What to say about the flags given, one line each.
    List<String> deprecations() {
        List<String> lines = new ArrayList<>();
        if (healthzPort != null) {
            lines.add("--healthz-port is deprecated: use --healthz-bind-address");
        }
        if (metricsPort != null) {
            lines.add("--metrics-port is deprecated: use --metrics-bind-address");
        }
        return lines;
    }

    /// An empty value, as templates leave it, is an empty list.
    static @Nullable List<String> given(@Nullable List<String> items) {
        return items == null || items.equals(List.of("")) ? null : items;
    }

    private static @Nullable Map<String, Boolean> gates(@Nullable List<String> items)
            throws ConfigException {
        if (items == null) {
            return null;
        }
        Map<String, Boolean> gates = new LinkedHashMap<>();
        for (String item : items) {
            String[] parts = item.split("=", 2);
            Optional<Boolean> value =
                    parts.length == 2 ? GoFlags.truth(parts[1].strip()) : Optional.empty();
            if (value.isPresent()) {
                gates.put(parts[0].strip(), value.get());
            } else if (!item.isBlank()) {
                throw new ConfigException(
                        "--feature-gates: "
                                + item
                                + " is not allowed; allowed: NAME=true or NAME=false");
            }
        }
        return gates;
    }

    /// The port flag counts where the address has none. The metrics server cannot be turned off, so
    /// its port 0 is left to be refused, as kube-proxy does.
    private static @Nullable String withPort(
            @Nullable String address, @Nullable Integer port, String host, int defaultPort) {
        if (port == null || (port == 0 && defaultPort == ConfigDefaults.HEALTHZ_PORT)) {
            return address;
        }
        String at = address == null || address.isEmpty() ? host : address;
        boolean bare = IpAddress.parse(at).isPresent();
        return !bare ? at : (at.indexOf(':') >= 0 ? "[" + at + "]" : at) + ":" + port;
    }
}
