package dev.swivel.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `--write-config-to`, the whole way from the command line to a file that can be read again.
class WriteConfigTest {
    @TempDir Path directory;

    @Test
    void aFileThatCannotBeWrittenIsNamedWithTheReason() throws Exception {
        Path file = Files.writeString(directory.resolve("config"), "before");
        assertThat(SwivelRun.of(directory, "--write-config-to=/dev/full"))
                .satisfies(run -> {
                    assertThat(run.exitCode()).isEqualTo(1);
                    assertThat(run.output()).contains("/dev/full: No space left on device");
                });
        Path missing = directory.resolve("missing/config");
        assertThat(SwivelRun.of(directory, "--write-config-to=" + missing).output())
                .contains("missing does not exist");
        SwivelRun.of(directory, "--write-config-to=" + file);
        assertThat(file).content().contains("kind: KubeProxyConfiguration");
        assertThat(directory).isDirectoryNotContaining("glob:**.part");
    }

    @Test
    void anAnswerThatCannotBeWrittenIsNoSuccess() throws Exception {
        assertThat(SwivelRun.into(Path.of("/dev/full"), directory, "man"))
                .isEqualTo(
                        new SwivelRun(
                                1, "swivel: cannot write the output: No space left on device\n"));
    }

    @Test
    void everyFlagOfKubeProxyIsTakenAndEndsUpInItsField() throws Exception {
        Path file = directory.resolve("out.yaml");
        SwivelRun run =
                SwivelRun.of(
                        directory,
                        "--write-config-to=" + file,
                        "--proxy-mode=ipvs",
                        "--cluster-cidr=10.244.0.0/16",
                        "--detect-local-mode=ClusterCIDR",
                        "--pod-bridge-interface=cni0",
                        "--pod-interface-name-prefix=veth",
                        "--nodeport-addresses=10.0.0.0/8,fd00::/8",
                        "--nodeport-addresses=192.168.0.0/16",
                        "--bind-address=::",
                        "--healthz-bind-address=127.0.0.1",
                        "--healthz-port=20256",
                        "--metrics-bind-address=0.0.0.0",
                        "--metrics-port=20249",
                        "--bind-address-hard-fail",
                        "--masquerade-all=T",
                        "--iptables-masquerade-bit=0xf",
                        "--iptables-localhost-nodeports=false",
                        "--iptables-sync-period=40s",
                        "--iptables-min-sync-period=2s",
                        "--ipvs-scheduler=lc",
                        "--ipvs-sync-period=50s",
                        "--ipvs-min-sync-period=3s",
                        "--ipvs-exclude-cidrs=10.9.0.0/16",
                        "--ipvs-strict-arp",
                        "--ipvs-tcp-timeout=15m",
                        "--ipvs-tcpfin-timeout=2m",
                        "--ipvs-udp-timeout=5m",
                        "--kubeconfig=/k",
                        "--master=https://api:6443",
                        "--kube-api-qps=7.5",
                        "--kube-api-burst=11",
                        "--kube-api-content-type=application/json",
                        "--conntrack-max-per-core=1",
                        "--conntrack-min=2",
                        "--conntrack-tcp-timeout-established=1h",
                        "--conntrack-tcp-timeout-close-wait=1m",
                        "--conntrack-tcp-be-liberal=true",
                        "--conntrack-udp-timeout=30s",
                        "--conntrack-udp-timeout-stream=60s",
                        "--feature-gates=AllowServiceExternalIPs=false,Unheard=1",
                        "--config-sync-period=20m",
                        "--oom-score-adj=-998",
                        "--profiling",
                        "--show-hidden-metrics-for-version=1.35",
                        "--boot-id-file=/proc/sys/kernel/random/boot_id",
                        "--machine-id-file=/etc/machine-id",
                        "--hostname-override= Node-A ",
                        "--v=1",
                        "-v2",
                        "--vmodule=SyncLoop=6,Api*=4",
                        "--logging_format=json",
                        "--log-flush-frequency=10s",
                        "--log-text-split-stream",
                        "--log-text-info-buffer-size=1Ki",
                        "--log-json-split-stream=true",
                        "--log-json-info-buffer-size=2Ki");
        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(Files.readString(file))
                .isEqualTo(Files.readString(Path.of("src/test/resources/all-flags.yaml")));
        assertThat(run.output())
                .contains("--healthz-port is deprecated", "--metrics-port is deprecated");

        Path again = directory.resolve("again.yaml");
        assertThat(SwivelRun.of(directory, "--config=" + file, "--write-config-to=" + again))
                .returns(0, SwivelRun::exitCode);
        assertThat(Files.readString(again)).isEqualTo(Files.readString(file));
    }

    @Test
    void withAFileTheFlagsDoNotCountButForThoseThatAlwaysDo() throws Exception {
        Path config = directory.resolve("config.conf");
        Files.writeString(
                config,
                """
                apiVersion: kubeproxy.config.k8s.io/v1alpha1
                kind: KubeProxyConfiguration
                clusterCIDR: 10.1.0.0/16
                hostnameOverride: of-the-file
                logging: {verbosity: 4, vmodule: [{filePattern: A, verbosity: 1}]}
                """);
        Path file = directory.resolve("out.yaml");
        SwivelRun run =
                SwivelRun.of(
                        directory,
                        "--config=" + config,
                        "--write-config-to=" + file,
                        "--cluster-cidr=10.2.0.0/16",
                        "--healthz-port=0",
                        "--hostname-override=of-the-flag",
                        "-v=3",
                        "--vmodule=B=2");
        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(run.output()).contains("with --config", "clusterCIDR");
        assertThat(Files.readString(file))
                .contains(
                        "clusterCIDR: 10.1.0.0/16",
                        "hostnameOverride: of-the-flag",
                        "healthzBindAddress: 0.0.0.0:10256",
                        "  verbosity: 3",
                        "filePattern: A",
                        "filePattern: B");
    }

    @Test
    void whatATemplateLeavesEmptyCountsAsNotGiven() throws Exception {
        Path file = directory.resolve("out.yaml");
        SwivelRun run =
                SwivelRun.of(
                        directory,
                        "",
                        "--write-config-to=" + file,
                        "--nodeport-addresses=",
                        "--vmodule=",
                        "--proxy-mode=ipvs",
                        "--ipvs-exclude-cidrs=",
                        "--feature-gates=",
                        "--feature-gates=ComponentFlagz=true, AllowServiceExternalIPs = false,",
                        "");
        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(file)
                .content()
                .contains(
                        "nodePortAddresses: []",
                        "excludeCIDRs: []",
                        "vmodule: []",
                        "  AllowServiceExternalIPs: false");
    }

    @Test
    void whatKubeProxyRefusesIsRefusedWithFieldValueAndRemedy() throws Exception {
        assertThat(SwivelRun.of(directory, "--proxy-mode=nftables"))
                .returns(2, SwivelRun::exitCode)
                .extracting(SwivelRun::output)
                .asString()
                .contains("mode: nftables is not allowed; allowed: iptables, ipvs, userspace");
        assertThat(SwivelRun.of(directory, "--metrics-port=0"))
                .returns(2, SwivelRun::exitCode)
                .extracting(SwivelRun::output)
                .asString()
                .contains("metricsBindAddress: 127.0.0.1:0 is not allowed");
        assertThat(SwivelRun.of(directory, "--hostname-override=  "))
                .returns(2, SwivelRun::exitCode);
        assertThat(SwivelRun.of(directory, "--masquerade-all=maybe"))
                .returns(2, SwivelRun::exitCode)
                .extracting(SwivelRun::output)
                .asString()
                .contains("'maybe' is neither true nor false");
        assertThat(SwivelRun.of(directory, "--feature-gates=A=true,B=maybe"))
                .returns(2, SwivelRun::exitCode)
                .extracting(SwivelRun::output)
                .asString()
                .contains("--feature-gates: B=maybe is not allowed");
        assertThat(SwivelRun.of(directory, "--no-such-flag")).returns(2, SwivelRun::exitCode);
        assertThat(SwivelRun.of(directory, "positional")).returns(2, SwivelRun::exitCode);
        assertThat(SwivelRun.of(directory, "--config=/does/not/exist"))
                .returns(2, SwivelRun::exitCode)
                .extracting(SwivelRun::output)
                .asString()
                .contains("cannot read /does/not/exist: there is no such file");
    }

    @Test
    void theVersionIsToldInAnyOfKubeProxysWays() throws Exception {
        assertThat(SwivelRun.of(directory, "--version=raw"))
                .returns(0, SwivelRun::exitCode)
                .extracting(SwivelRun::output)
                .asString()
                .startsWith("Swivel ");
    }
}
