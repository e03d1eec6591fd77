package dev.swivel.iptables;

import dev.swivel.core.fixture.Sample;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.Protocol;

/// Services that together use everything.
public final class Catalogue {
    private Catalogue() {}

    public static Sample[] everything(IpFamily family) {
        boolean v4 = family == IpFamily.IPV4;
        String svc = v4 ? "10.96.0." : "fd00:96::";
        String pod = v4 ? "10.244.1." : "fd00:10:244::";
        String outer = v4 ? "203.0.113." : "2001:db8::";
        String all = v4 ? "198.51.100.0/24" : "2001:db8:1::/48";
        return new Sample[] {
            Sample.tcp("demo/web:http")
                    .clusterIp(svc + "10", 80)
                    .nodePort(30080)
                    .cluster(ep(pod + "5", 8080), ep(pod + "6", 8080)),
            Sample.port("kube-system/kube-dns:dns", Protocol.UDP)
                    .clusterIp(svc + "11", 53)
                    .cluster(ep(pod + "7", 53), ep(pod + "8", 53), ep(pod + "9", 53)),
            Sample.port("demo/signal", Protocol.SCTP)
                    .clusterIp(svc + "12", 36412)
                    .nodePort(30412)
                    .cluster(ep(pod + "10", 36412)),
            Sample.tcp("demo/sticky")
                    .clusterIp(svc + "13", 80)
                    .nodePort(30081)
                    .affinity(10800)
                    .cluster(ep(pod + "5", 8080), ep(pod + "11", 8080)),
            Sample.tcp("demo/lb")
                    .clusterIp(svc + "14", 443)
                    .vip(outer + "20", 443)
                    .externalIp(outer + "21", 443)
                    .nodePort(30082)
                    .externalLocal()
                    .healthCheck(32000)
                    .cluster(ep(pod + "12", 8443), ep(pod + "13", 8443))
                    .local(ep(pod + "12", 8443)),
            Sample.tcp("demo/guarded")
                    .clusterIp(svc + "15", 443)
                    .vip(outer + "22", 443)
                    .only(all)
                    .cluster(ep(pod + "14", 8443)),
            Sample.tcp("demo/empty")
                    .clusterIp(svc + "16", 80)
                    .vip(outer + "23", 80)
                    .only(all)
                    .nodePort(30083)
                    .hasAny(false),
            Sample.port("demo/nolocal", Protocol.SCTP)
                    .clusterIp(svc + "17", 80)
                    .vip(outer + "24", 80)
                    .nodePort(30084)
                    .internalLocal()
                    .externalLocal()
                    .cluster(ep(pod + "15", 80)),
            Sample.tcp("demo/inside")
                    .clusterIp(svc + "18", 80)
                    .internalLocal()
                    .local(ep(pod + "16", 80)),
            Sample.tcp("demo/nobody")
                    .clusterIp(svc + "19", 80)
                    .vip(outer + "25", 80)
                    .only()
                    .cluster(ep(pod + "17", 80)),
        };
    }

    private static String ep(String address, int port) {
        return address.contains(":") ? "[" + address + "]:" + port : address + ":" + port;
    }
}
