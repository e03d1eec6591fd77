package dev.swivel.daemon;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
            names = "--kubeconfig",
            paramLabel = "PATH",
            description = "How to reach the API server. Default: in-cluster.")
    @Nullable String kubeconfig;

    @Option(
            names = "--kube-api-qps",
            paramLabel = "N",
            description = "Requests a second to the API server. Default: 5.")
    @Nullable Double kubeApiQps;

    @Option(
            names = "--kube-api-burst",
            paramLabel = "N",
            description = "Requests above that in a burst. Default: 10.")
    @Nullable Integer kubeApiBurst;

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
    @Nullable Map<String, Boolean> featureGates;

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
            description = "Accepted; not served yet.")
    @Nullable Boolean profiling;

    /// The flags given, as a configuration document.
    ObjectNode document() {
        Document document = new Document();
        document.put("mode", proxyMode);
        document.put("clusterCIDR", clusterCidr);
        document.put("detectLocalMode", detectLocalMode);
        document.put("detectLocal.bridgeInterface", podBridgeInterface);
        document.put("detectLocal.interfaceNamePrefix", podInterfaceNamePrefix);
        document.put("nodePortAddresses", nodePortAddresses);
        document.put("bindAddress", bindAddress);
        document.put("healthzBindAddress", healthzBindAddress);
        document.put("metricsBindAddress", metricsBindAddress);
        document.put("bindAddressHardFail", bindAddressHardFail);
        document.put("iptables.masqueradeAll", masqueradeAll);
        document.put("iptables.masqueradeBit", iptablesMasqueradeBit);
        document.put("iptables.localhostNodePorts", iptablesLocalhostNodePorts);
        document.put("iptables.syncPeriod", iptablesSyncPeriod);
        document.put("iptables.minSyncPeriod", iptablesMinSyncPeriod);
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
        document.put("featureGates", featureGates);
        document.put("configSyncPeriod", configSyncPeriod);
        document.put("oomScoreAdj", oomScoreAdj);
        document.put("enableProfiling", profiling);
        return document.root;
    }

    /// Puts values under dotted paths.
    private static final class Document {
        private final ObjectNode root = JsonNodeFactory.instance.objectNode();

        private void put(String path, @Nullable Object value) {
            if (value == null) {
                return;
            }
            ObjectNode at = root;
            List<String> steps = new ArrayList<>(List.of(path.split("\\.", -1)));
            String last = steps.removeLast();
            for (String step : steps) {
                at = at.withObjectProperty(step);
            }
            at.set(last, new com.fasterxml.jackson.databind.ObjectMapper().valueToTree(value));
        }
    }
}
