package dev.swivel.lab.kernel;

import dev.swivel.core.config.ConfigDefaults;
import dev.swivel.core.config.ProxyConfig;
import java.util.function.UnaryOperator;

/// Configurations that differ from the default in their part for mode ipvs.
final class IpvsConfigs {
    private IpvsConfigs() {}

    static ProxyConfig with(UnaryOperator<ProxyConfig.Ipvs> change) {
        ProxyConfig defaults = ConfigDefaults.defaults();
        return new ProxyConfig(
                defaults.mode(),
                defaults.hostnameOverride(),
                defaults.bindAddress(),
                defaults.healthzBindAddress(),
                defaults.metricsBindAddress(),
                defaults.bindAddressHardFail(),
                defaults.clientConnection(),
                defaults.detectLocal(),
                defaults.nodePortAddresses(),
                defaults.iptables(),
                change.apply(defaults.ipvs()),
                defaults.userspace(),
                defaults.conntrack(),
                defaults.featureGates(),
                defaults.logging(),
                defaults.enableProfiling(),
                defaults.oomScoreAdj(),
                defaults.configSyncPeriod());
    }
}
