package dev.swivel.iptables;

import dev.swivel.core.model.IpFamily;

/// What kube-proxy leaves in the tables for one service, as a restore script.
final class KubeProxyDump {
    private KubeProxyDump() {}

    static String of(IpFamily family) {
        boolean v4 = family == IpFamily.IPV4;
        String service = v4 ? "10.96.0.10/32" : "fd00:96::10/128";
        String pod = v4 ? "10.244.1.5" : "fd00:10:244::5";
        String to = v4 ? pod + ":8080" : "[" + pod + "]:8080";
        return """
        *filter
        :KUBE-EXTERNAL-SERVICES - [0:0]
        :KUBE-FORWARD - [0:0]
        :KUBE-NODEPORTS - [0:0]
        :KUBE-PROXY-CANARY - [0:0]
        :KUBE-PROXY-FIREWALL - [0:0]
        :KUBE-SERVICES - [0:0]
        -A INPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL
        -A INPUT -m comment --comment "kubernetes health check service ports" -j KUBE-NODEPORTS
        -A INPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes externally-visible service portals" -j KUBE-EXTERNAL-SERVICES
        -A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL
        -A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD
        -A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP
        -A KUBE-SERVICES -d SERVICE -p tcp -m comment --comment "demo/old has no endpoints" -m tcp --dport 81 -j REJECT
        COMMIT
        *nat
        :KUBE-MARK-MASQ - [0:0]
        :KUBE-NODEPORTS - [0:0]
        :KUBE-POSTROUTING - [0:0]
        :KUBE-PROXY-CANARY - [0:0]
        :KUBE-SEP-OLDAAAAAAAAAAAAA - [0:0]
        :KUBE-SERVICES - [0:0]
        :KUBE-SVC-OLDAAAAAAAAAAAAA - [0:0]
        -A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
        -A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
        -A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING
        -A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
        -A KUBE-SERVICES -d SERVICE -p tcp -m comment --comment "demo/old cluster IP" -m tcp --dport 80 -j KUBE-SVC-OLDAAAAAAAAAAAAA
        -A KUBE-SVC-OLDAAAAAAAAAAAAA -m comment --comment "demo/old" -j KUBE-SEP-OLDAAAAAAAAAAAAA
        -A KUBE-SEP-OLDAAAAAAAAAAAAA -s POD -m comment --comment "demo/old" -j KUBE-MARK-MASQ
        -A KUBE-SEP-OLDAAAAAAAAAAAAA -p tcp -m comment --comment "demo/old" -m tcp -j DNAT --to-destination TO
        COMMIT
        *mangle
        :KUBE-PROXY-CANARY - [0:0]
        COMMIT
        """
                .replace("SERVICE ", service + " ")
                .replace("POD", pod)
                .replace("TO\n", to + "\n");
    }
}
