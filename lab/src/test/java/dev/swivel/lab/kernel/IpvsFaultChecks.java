package dev.swivel.lab.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.swivel.core.backend.Retirement;
import dev.swivel.core.config.ProxyConfig;
import dev.swivel.core.model.Change;
import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.Frontend;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.Problem;
import dev.swivel.core.model.Protocol;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What goes wrong around the backend, read back with the standard tools.
class IpvsFaultChecks {
    private static final Change START = Change.everything("start");

    @Test
    void aThousandEndpointsOfOneServiceAreServedAndOneOfThemIsChanged() throws Exception {
        try (IpvsNode node = new IpvsNode()) {
            node.start();
            String[] all =
                    IntStream.range(0, 1000)
                            .mapToObj(i -> "10.244.%d.%d".formatted(i / 200, 1 + i % 200))
                            .toArray(String[]::new);
            node.apply(WebService.web().servedBy(all), START);
            assertThat(realServers(node)).isEqualTo(1000);
            all[500] = "10.244.99.99";
            node.apply(WebService.web().servedBy(all));
            assertThat(node.audit().findings()).isEmpty();
            assertThat(realServers(node)).isEqualTo(1000); // the old one had no connections
            assertThat(node.servers()).contains("-r 10.244.99.99:8080");
        }
    }

    private static long realServers(IpvsNode node) throws Exception {
        return node.servers().lines().filter(line -> line.startsWith("-a")).count();
    }

    /// A virtual server without rules forwards with the wrong source, and filters nothing.
    @Test
    void nothingIsServedBeforeTheRulesStand() throws Exception {
        try (IpvsNode node = new IpvsNode()) {
            node.start();
            var web = WebService.web().servedBy("10.244.1.5");
            Process holder =
                    new ProcessBuilder(
                                    "flock", "/run/xtables.lock", "sh", "-c", "echo held; read _")
                            .start();
            try {
                assertThat(holder.inputReader().readLine()).isEqualTo("held");
                assertThatThrownBy(() -> node.apply(web, START))
                        .hasMessageContaining("xtables lock");
                assertThat(node.servers()).isEmpty();
                assertThat(node.run("ip", "-o", "address", "show", "kube-ipvs0"))
                        .doesNotContain("10.96.0.10");
            } finally {
                holder.outputWriter().close();
                holder.onExit().join();
            }
            node.repair();
            assertThat(node.servers()).contains("-a -t 10.96.0.10:80 -r 10.244.1.5:8080");
        }
    }

    @Test
    void aServiceOnAnAddressOfTheNodeLeavesTheNodeItsAddressAndItsPorts() throws Exception {
        try (IpvsNode node = new IpvsNode()) {
            node.start();
            var service =
                    WebService.named("web", IpvsNode.ADDRESS)
                            .withFrontend(
                                    new Frontend.ExternalIp(IpAddress.of(IpvsNode.ADDRESS), 81))
                            .servedBy("10.244.1.5");
            node.apply(service, START);
            assertThat(node.servers())
                    .contains(
                            "-a -t " + IpvsNode.ADDRESS + ":80 -r 10.244.1.5:8080",
                            "-a -t " + IpvsNode.ADDRESS + ":81 -r 10.244.1.5:8080");
            assertThat(node.run("ip", "-o", "address", "show", "kube-ipvs0"))
                    .doesNotContain(IpvsNode.ADDRESS);
            assertThat(node.run("ipset", "list", "KUBE-IPVS-IPS"))
                    .as("other ports of these are refused")
                    .doesNotContain(IpvsNode.ADDRESS);
            assertThat(node.audit().findings()).isEmpty();
            node.withdraw(service);
            assertThat(node.servers()).isEmpty();
            assertThat(node.run("ip", "-o", "address", "show", "lo")).contains(IpvsNode.ADDRESS);
        }
    }

    @Test
    void othersInExcludedRangesAreNeverTouched() throws Exception {
        try (IpvsNode node = new IpvsNode(excluding("10.96.0.96/28", IpvsNode.ADDRESS + "/32"))) {
            node.start();
            node.apply(WebService.web().servedBy("10.244.1.5"), START);
            for (String address : List.of("10.96.0.99", "10.96.0.77")) {
                node.run("ip", "address", "add", address + "/32", "dev", "kube-ipvs0");
                node.run("ipvsadm", "-A", "-t", address + ":80", "-s", "rr");
            }
            // with the number of a node port that was one once
            node.run("ipset", "add", "KUBE-NODE-PORT-TCP", "30099");
            node.run("ipvsadm", "-A", "-t", IpvsNode.ADDRESS + ":30099", "-s", "rr");
            node.run("ipvsadm", "-A", "-f", "65536", "-s", "rr");
            node.restart();
            node.applyAll();
            assertThat(node.servers())
                    .contains("10.96.0.99:80", ":30099", "-f 65536")
                    .doesNotContain("10.96.0.77");

            node.run("ip", "address", "add", "10.96.0.99/32", "dev", "kube-ipvs0");
            node.inside(() ->
                    node.backend().retire(new Retirement(Duration.ZERO, node.context().config())));
            assertThat(node.servers())
                    .contains("10.96.0.99:80", "-f 65536")
                    .doesNotContain("10.96.0.10:80");
        }
    }

    private static ProxyConfig excluding(String... ranges) {
        return IpvsConfigs.with(defaults ->
                new ProxyConfig.Ipvs(
                        defaults.syncPeriod(),
                        defaults.minSyncPeriod(),
                        "",
                        List.of(ranges).stream().map(Cidr::of).toList(),
                        false,
                        Duration.ZERO,
                        Duration.ZERO,
                        Duration.ZERO));
    }

    @Test
    void schedulerTimeoutsAndStrictArpAreAsConfigured() throws Exception {
        ProxyConfig config =
                IpvsConfigs.with(defaults ->
                        new ProxyConfig.Ipvs(
                                defaults.syncPeriod(),
                                defaults.minSyncPeriod(),
                                "wlc",
                                List.of(),
                                true,
                                Duration.ofSeconds(901),
                                Duration.ZERO,
                                Duration.ofSeconds(31)));
        try (IpvsNode node = new IpvsNode(config)) {
            String before = node.run("ipvsadm", "-l", "--timeout");
            node.start();
            String finBefore = before.strip().split(" +", -1)[5];
            assertThat(node.run("ipvsadm", "-l", "--timeout").strip())
                    .endsWith(": 901 " + finBefore + " 31");
            assertThat(node.run("sysctl", "-n", "net.ipv4.conf.all.arp_ignore").strip())
                    .isEqualTo("1");
            assertThat(node.run("sysctl", "-n", "net.ipv4.conf.all.arp_announce").strip())
                    .isEqualTo("2");
            node.apply(WebService.web().servedBy("10.244.1.5"), START);
            List<Problem> problems =
                    node.apply(
                            WebService.named("other", "10.96.0.11")
                                    .withOption("ipvs-scheduler", "sh")
                                    .servedBy("10.244.1.6"));
            assertThat(problems).isEmpty();
            problems =
                    node.apply(
                            WebService.named("odd", "10.96.0.12")
                                    .withOption("ipvs-scheduler", "fastest; rm -rf")
                                    .servedBy("10.244.1.7"));
            assertThat(problems)
                    .singleElement()
                    .satisfies(problem -> {
                        assertThat(problem.object().toString()).contains("shop/odd");
                        assertThat(problem.reason()).isEqualTo("UnknownScheduler");
                        assertThat(problem.message())
                                .contains("swivel.dev/ipvs-scheduler", "fastest", "wlc")
                                .doesNotContain("modprobe");
                    });
            assertThat(node.servers())
                    .contains(
                            "-A -t 10.96.0.10:80 -s wlc",
                            "-A -t 10.96.0.11:80 -s sh",
                            "-A -t 10.96.0.12:80 -s wlc");
        }
    }

    @Test
    void everySchedulerOfTheKernelCanBeAskedFor() throws Exception {
        List<String> schedulers =
                List.of("rr", "wrr", "lc", "wlc", "dh", "sh", "mh", "sed", "nq", "lblc", "lblcr");
        try (IpvsNode node = new IpvsNode()) {
            node.start();
            int host = 20;
            for (String scheduler : schedulers) {
                String ip = "10.96.0." + host++;
                var service =
                        WebService.named(scheduler, ip)
                                .withOption("ipvs-scheduler", scheduler)
                                .servedBy("10.244.1.5");
                assertThat(node.apply(service)).as(scheduler).isEmpty();
                assertThat(node.servers()).contains("-A -t " + ip + ":80 -s " + scheduler);
            }
        }
    }

    @Test
    void aSetOfAnotherTypeThatRulesUseIsNamedWithTheRemedy() throws Exception {
        try (IpvsNode node = new IpvsNode()) {
            node.start();
            node.run("ipset", "create", "KUBE-CLUSTER-IP", "hash:net");
            String[] rule = {
                "iptables-legacy",
                "-w",
                "-A",
                "INPUT",
                "-m",
                "set",
                "--match-set",
                "KUBE-CLUSTER-IP",
                "src",
                "-j",
                "ACCEPT"
            };
            node.run(rule);
            var web = WebService.web().servedBy("10.244.1.5");
            assertThatThrownBy(() -> node.apply(web, START))
                    .hasMessageContaining("KUBE-CLUSTER-IP")
                    .hasMessageContaining("remove those rules");
            rule[2] = "-D";
            node.run(rule);
            node.repair();
            assertThat(node.run("ipset", "list", "KUBE-CLUSTER-IP")).contains("hash:ip,port");
        }
    }

    @Test
    void setsThatAreGoneOrTooSmallAreMended() throws Exception {
        try (IpvsNode node = new IpvsNode()) {
            node.run("ipset", "create", "KUBE-CLUSTER-IP", "hash:ip,port", "maxelem", "1");
            node.run("ipset", "add", "KUBE-CLUSTER-IP", "10.9.9.9,tcp:9");
            node.start();
            node.apply(WebService.web().servedBy("10.244.1.5"), START);
            assertThat(node.run("ipset", "list", "KUBE-CLUSTER-IP"))
                    .contains("10.96.0.10,tcp:80")
                    .doesNotContain("10.9.9.9");
            // a set can only be destroyed when no rule uses it
            for (String table : List.of("nat", "filter", "mangle")) {
                node.run("iptables-legacy", "-w", "-t", table, "-F");
            }
            node.run("ipset", "destroy");
            assertThat(node.audit().findings()).anyMatch(finding -> finding.contains("gone"));
            node.repair();
            assertThat(node.run("ipset", "list", "KUBE-CLUSTER-IP")).contains("10.96.0.10");
        }
    }

    @Test
    void realServersOfUdpGoAtOnceAndSctpIsProgrammedToo() throws Exception {
        try (IpvsNode node = new IpvsNode()) {
            node.start();
            WebService udp = WebService.named("dns", "10.96.0.53").with(Protocol.UDP);
            WebService sctp = WebService.named("sig", "10.96.0.54").with(Protocol.SCTP);
            node.apply(udp.servedBy("10.244.1.5", "10.244.1.6"), START);
            node.apply(sctp.servedBy("10.244.1.5", "10.244.1.6"));
            node.apply(udp.servedBy("10.244.1.6"));
            node.apply(sctp.servedBy("10.244.1.6"));
            assertThat(node.servers())
                    .contains("-a -u 10.96.0.53:80 -r 10.244.1.6:8080 -m -w 1")
                    .doesNotContain("-a -u 10.96.0.53:80 -r 10.244.1.5")
                    .contains("--sctp-service 10.96.0.54:80 -r 10.244.1.6:8080 -m -w 1")
                    .contains("--sctp-service 10.96.0.54:80 -r 10.244.1.5:8080 -m -w 0");
            assertThat(node.audit().findings()).isEmpty();
            assertThat(node.servers()).doesNotContain("10.244.1.5");
        }
    }
}
