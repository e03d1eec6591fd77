package dev.swivel.core.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/// kube-proxy's defaults (spec 11.3).
public final class ConfigDefaults {
    private ConfigDefaults() {}

    public static final Duration SYNC_PERIOD = Duration.ofSeconds(30);

    /// kube-proxy's is 1 s. Zero lets the rest follow the work (docs/differences.md).
    public static final Duration MIN_SYNC_PERIOD = Duration.ZERO;

    public static final int HEALTHZ_PORT = 10256;
    public static final int METRICS_PORT = 10249;

    public static ProxyConfig defaults() {
        return new ProxyConfig(
                "iptables",
                "",
                "0.0.0.0",
                "0.0.0.0:" + HEALTHZ_PORT,
                "127.0.0.1:" + METRICS_PORT,
                false,
                new ProxyConfig.ClientConnection("", "", 5, 10),
                new DetectLocal.ClusterCidr(List.of()),
                new NodePortRanges.InRanges(List.of()),
                new ProxyConfig.Iptables(14, false, true, SYNC_PERIOD, MIN_SYNC_PERIOD),
                new ProxyConfig.Ipvs(
                        SYNC_PERIOD,
                        Duration.ZERO,
                        "",
                        List.of(),
                        false,
                        Duration.ZERO,
                        Duration.ZERO,
                        Duration.ZERO),
                new ProxyConfig.Userspace("round-robin", Duration.ofMinutes(15), 0, Duration.ZERO),
                new ProxyConfig.Conntrack(
                        32768,
                        131072,
                        Duration.ofHours(24),
                        Duration.ofHours(1),
                        false,
                        Duration.ZERO,
                        Duration.ZERO),
                Map.of(),
                new ProxyConfig.Logging("text", 0, List.of()),
                false,
                -999,
                Duration.ofMinutes(15));
    }
}
