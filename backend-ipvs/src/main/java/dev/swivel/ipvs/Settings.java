package dev.swivel.ipvs;

import dev.swivel.core.config.ProxyConfig;
import dev.swivel.linux.ipvs.Ipvs;
import dev.swivel.linux.ipvs.Timeouts;
import dev.swivel.linux.sysctl.Sysctl;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the mode asks of the whole node (spec 5.2).
final class Settings {
    private static final Logger LOG = LoggerFactory.getLogger(Settings.class);

    private Settings() {}

    static void apply(ProxyConfig.Ipvs config, Ipvs ipvs) throws IOException {
        Map<String, Integer> values = new LinkedHashMap<>();
        values.put("net.ipv4.vs.conntrack", 1);
        values.put("net.ipv4.vs.expire_nodest_conn", 1);
        values.put("net.ipv4.vs.expire_quiescent_template", 1);
        values.put("net.ipv4.ip_forward", 1);
        if (config.strictArp()) {
            values.put("net.ipv4.conf.all.arp_ignore", 1);
            values.put("net.ipv4.conf.all.arp_announce", 2);
        }
        Sysctl sysctl = Sysctl.system();
        for (var each : values.entrySet()) {
            if (sysctl.write(each.getKey(), each.getValue())) {
                LOG.info("set {} to {}", each.getKey(), each.getValue());
            }
        }
        setTimeouts(config, ipvs);
    }

    private static void setTimeouts(ProxyConfig.Ipvs config, Ipvs ipvs) {
        Timeouts timeouts =
                new Timeouts(config.tcpTimeout(), config.tcpFinTimeout(), config.udpTimeout());
        if (timeouts.tcp().isZero() && timeouts.tcpFin().isZero() && timeouts.udp().isZero()) {
            return;
        }
        try {
            ipvs.setTimeouts(timeouts);
        } catch (IOException e) {
            LOG.warn("cannot set the IPVS timeouts: {}", e.getMessage());
        }
    }
}
