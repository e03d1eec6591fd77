package dev.swivel.core.config;

import dev.swivel.core.model.Cidr;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// The configuration in force, after defaulting and validation (spec 11.3). Immutable.
///
/// @param mode the backend's name
/// @param hostnameOverride empty for the operating system's host name
/// @param bindAddress address that overrides the primary node IP; nothing is bound to it
/// @param healthzBindAddress `IP:port`; empty turns the health server off
/// @param metricsBindAddress `IP:port`
/// @param oomScoreAdj -1000 to 1000
/// @param configSyncPeriod accepted; Swivel's informers do not resync (docs/differences.md)
public record ProxyConfig(
        String mode,
        String hostnameOverride,
        String bindAddress,
        String healthzBindAddress,
        String metricsBindAddress,
        boolean bindAddressHardFail,
        ClientConnection clientConnection,
        DetectLocal detectLocal,
        NodePortRanges nodePortAddresses,
        Iptables iptables,
        Ipvs ipvs,
        Userspace userspace,
        Conntrack conntrack,
        Map<String, Boolean> featureGates,
        Logging logging,
        boolean enableProfiling,
        int oomScoreAdj,
        Duration configSyncPeriod) {

    public ProxyConfig {
        featureGates = Map.copyOf(featureGates);
    }

    /// How the API server is reached.
    ///
    /// @param kubeconfig path; empty with an empty `master` means in-cluster
    /// @param master URL that overrides the kubeconfig's server; empty for none
    public record ClientConnection(String kubeconfig, String master, double qps, int burst) {}

    /// @param masqueradeBit 0 to 31: which bit of the packet mark asks for masquerade
    /// @param masqueradeAll masquerade all traffic to ClusterIPs
    /// @param syncPeriod longest delay between retries of a failed sync, and half of the health
    ///   server's patience
    /// @param minSyncPeriod rest between two syncs; zero lets it follow the work
    public record Iptables(
            int masqueradeBit,
            boolean masqueradeAll,
            boolean localhostNodePorts,
            Duration syncPeriod,
            Duration minSyncPeriod) {}

    /// @param scheduler empty for `rr`
    /// @param tcpTimeout 0 leaves the kernel's; likewise the other two
    public record Ipvs(
            Duration syncPeriod,
            Duration minSyncPeriod,
            String scheduler,
            List<Cidr> excludeCidrs,
            boolean strictArp,
            Duration tcpTimeout,
            Duration tcpFinTimeout,
            Duration udpTimeout) {
        public Ipvs {
            excludeCidrs = List.copyOf(excludeCidrs);
        }
    }

    /// Swivel's own section: kube-proxy has no such mode.
    ///
    /// @param algorithm how an endpoint is chosen, unless a Service says otherwise
    /// @param drainTimeout how long connections to an endpoint that left may live on, unless a
    ///   Service says otherwise
    /// @param maxConnections TCP connections at a time; 0 for what the descriptor limit allows
    /// @param busyPoll how long an event loop may look for more before it sleeps, where more
    ///   usually comes that soon; zero for never, at most a millisecond
    public record Userspace(
            String algorithm, Duration drainTimeout, int maxConnections, Duration busyPoll) {}

    /// Connection-tracking settings (spec 7.2). A zero leaves the kernel's setting alone.
    public record Conntrack(
            int maxPerCore,
            int min,
            Duration tcpEstablishedTimeout,
            Duration tcpCloseWaitTimeout,
            boolean tcpBeLiberal,
            Duration udpTimeout,
            Duration udpStreamTimeout) {}

    /// @param format `text` or `json`
    /// @param verbosity klog's `-v`, 0 and up
    /// @param vmodule other verbosities for single source files
    public record Logging(String format, int verbosity, List<Vmodule> vmodule) {
        public Logging {
            vmodule = List.copyOf(vmodule);
        }
    }

    /// @param filePattern of file names without their ending, such as `SyncLoop` or `Sync*`
    public record Vmodule(String filePattern, int verbosity) {}
}
