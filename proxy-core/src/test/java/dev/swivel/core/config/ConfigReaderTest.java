package dev.swivel.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.IpAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigReaderTest {
    @Test
    void anEmptyDocumentGivesTheDefaults() throws Exception {
        assertThat(read("{}").config()).isEqualTo(ConfigDefaults.defaults());
    }

    @Test
    void readsAConfigMapOfKubeadm() throws Exception {
        ConfigReader.Result result =
                read(
                        """
                        apiVersion: kubeproxy.config.k8s.io/v1alpha1
                        bindAddress: 0.0.0.0
                        bindAddressHardFail: false
                        clientConnection:
                          acceptContentTypes: ""
                          burst: 0
                          contentType: ""
                          kubeconfig: /var/lib/kube-proxy/kubeconfig.conf
                          qps: 0
                        clusterCIDR: 10.244.0.0/16,fd00:10:244::/56
                        configSyncPeriod: 0s
                        conntrack:
                          maxPerCore: null
                          min: null
                          tcpBeLiberal: false
                          tcpCloseWaitTimeout: null
                          tcpEstablishedTimeout: null
                          udpStreamTimeout: 0s
                          udpTimeout: 0s
                        detectLocal:
                          bridgeInterface: ""
                          interfaceNamePrefix: ""
                        detectLocalMode: ""
                        enableProfiling: false
                        healthzBindAddress: ""
                        hostnameOverride: ""
                        iptables:
                          localhostNodePorts: null
                          masqueradeAll: false
                          masqueradeBit: null
                          minSyncPeriod: 0s
                          syncPeriod: 0s
                        ipvs:
                          excludeCIDRs: null
                          minSyncPeriod: 0s
                          scheduler: ""
                          strictARP: false
                          syncPeriod: 0s
                          tcpFinTimeout: 0s
                          tcpTimeout: 0s
                          udpTimeout: 0s
                        kind: KubeProxyConfiguration
                        logging:
                          flushFrequency: 0
                          options:
                            json:
                              infoBufferSize: "0"
                            text:
                              infoBufferSize: "0"
                          verbosity: 0
                        metricsBindAddress: ""
                        mode: ""
                        nftables:
                          masqueradeAll: false
                          masqueradeBit: null
                          minSyncPeriod: 0s
                          syncPeriod: 0s
                        nodePortAddresses: null
                        oomScoreAdj: null
                        portRange: ""
                        showHiddenMetricsForVersion: ""
                        winkernel:
                          enableDSR: false
                          forwardHealthCheckVip: false
                          networkName: ""
                          rootHnsEndpointName: ""
                          sourceVip: ""
                        """);
        ProxyConfig config = result.config();
        assertThat(config.clientConnection().kubeconfig())
                .isEqualTo("/var/lib/kube-proxy/kubeconfig.conf");
        assertThat(config.detectLocal())
                .isEqualTo(
                        new DetectLocal.ClusterCidr(
                                List.of(Cidr.of("10.244.0.0/16"), Cidr.of("fd00:10:244::/56"))));
        assertThat(config.iptables()).isEqualTo(ConfigDefaults.defaults().iptables());
        assertThat(config.clientConnection().qps()).as("0 means the default").isEqualTo(5);
        assertThat(config.clientConnection().burst()).isEqualTo(10);
        assertThat(config.configSyncPeriod()).isEqualTo(Duration.ofMinutes(15));
        assertThat(result.warnings()).as("nothing in it is out of the ordinary").isEmpty();
    }

    @Test
    void whatIsInForceIsACompleteDocumentThatReadsTheSame() throws Exception {
        ConfigReader.Result first =
                read(
                        """
                        mode: ipvs
                        bindAddress: '::'
                        hostnameOverride: ' Node-1 '
                        ipvs: {scheduler: lc, excludeCIDRs: [10.0.0.0/8], tcpTimeout: 90s}
                        clientConnection: {qps: 7.5}
                        detectLocalMode: BridgeInterface
                        detectLocal: {bridgeInterface: cni0}
                        clusterCIDR: 10.244.0.0/16
                        nodePortAddresses: [primary]
                        logging: {format: json, verbosity: 3, vmodule: [{filePattern: Sync*, verbosity: 6}]}
                        featureGates: {AllowServiceExternalIPs: false}
                        winkernel: {networkName: x}
                        """);
        String yaml = ConfigText.yaml(first.document());
        ConfigReader.Result again = read(yaml);
        assertThat(again.config()).isEqualTo(first.config());
        assertThat(again.document()).isEqualTo(first.document());
        assertThat(yaml)
                .contains(
                        "kind: KubeProxyConfiguration",
                        "hostnameOverride: node-1",
                        "metricsBindAddress: \"[::1]:10249\"",
                        "tcpEstablishedTimeout: 24h0m0s",
                        "clusterCIDR: 10.244.0.0/16",
                        "networkName: x");
    }

    @Test
    void modeUserspaceHasASectionOfItsOwn() throws Exception {
        var given =
                read(
                        """
                        mode: userspace
                        userspace: {algorithm: maglev, drainTimeout: 30s, maxConnections: 500, busyPoll: 20us}
                        """);
        assertThat(given.warnings()).isEmpty();
        assertThat(given.config().userspace())
                .isEqualTo(
                        new ProxyConfig.Userspace(
                                "maglev", Duration.ofSeconds(30), 500, Duration.ofNanos(20_000)));
        assertThat(ConfigText.yaml(given.document())).contains("algorithm: maglev");
        assertThat(read("{}").config().userspace())
                .isEqualTo(
                        new ProxyConfig.Userspace(
                                "round-robin", Duration.ofMinutes(15), 0, Duration.ZERO));
        assertThatThrownBy(() -> read("userspace: {drainTimeout: -1s}"))
                .hasMessageContaining("userspace.drainTimeout");
        assertThatThrownBy(() -> read("userspace: {busyPoll: 1s}"))
                .hasMessageContaining("userspace.busyPoll");
    }

    @Test
    void theDefaultsAsADocument() throws Exception {
        String yaml = ConfigText.yaml(read("{}").document());
        assertThat(read(yaml).warnings()).isEmpty();
        assertThat(yaml)
                .isEqualTo(Files.readString(Path.of("src/test/resources/config/defaults.yaml")));
    }

    @Test
    void fieldsGivenTwiceAreNamedAndTheLastCounts() throws Exception {
        ConfigText.Parsed parsed =
                ConfigText.parse("iptables: {masqueradeBit: 3, masqueradeBit: 4}", "config.yaml");
        assertThat(parsed.warnings())
                .singleElement()
                .asString()
                .contains("iptables.masqueradeBit", "more than once");
        assertThat(parsed.document().at("/iptables/masqueradeBit").intValue()).isEqualTo(4);
    }

    @Test
    void readsJsonIndentedWithTabsAndTheWordsThatYamlHasForTruth() throws Exception {
        assertThat(read("{\n\t\"iptables\": {\n\t\t\"masqueradeAll\": true}}").config().iptables())
                .extracting(ProxyConfig.Iptables::masqueradeAll)
                .isEqualTo(true);
        assertThat(read("iptables:\n  masqueradeAll: yes").config().iptables().masqueradeAll())
                .isTrue();
        assertThatThrownBy(() -> read("mode: [")).isInstanceOf(ConfigException.class);
    }

    @Test
    void wholeNumbersMayBeWrittenAsTemplatesWriteThem() throws Exception {
        assertThat(read("{conntrack: {min: 1.048576e+06, maxPerCore: 0.0}}").config().conntrack())
                .returns(1_048_576, ProxyConfig.Conntrack::min)
                .returns(0, ProxyConfig.Conntrack::maxPerCore);
        assertThatThrownBy(() -> read("conntrack: {min: 1.5}"))
                .hasMessageContaining("conntrack.min: 1.5 is not allowed");
    }

    @Test
    void theOrderOfPeriodsOfAModeThatIsNotInForceIsNoFault() throws Exception {
        assertThat(read("ipvs: {syncPeriod: 5s, minSyncPeriod: 10s}").warnings()).isEmpty();
        assertThatThrownBy(() -> read("{mode: ipvs, ipvs: {syncPeriod: 5s, minSyncPeriod: 10s}}"))
                .hasMessageContaining("ipvs.minSyncPeriod: 10s is not allowed");
    }

    @Test
    void whatMakesNoSenseHereIsAcceptedAndSaid() throws Exception {
        assertThat(
                        read("""
                        portRange: 1-2
                        showHiddenMetricsForVersion: "1.35"
                        nftables: {masqueradeBit: 3, syncPeriod: 10s}
                        winkernel: {enableDSR: true}
                        clientConnection: {contentType: application/x, qps: 50}
                        configSyncPeriod: 1m
                        featureGates: {SomethingElse: true, ComponentFlagz: true}
                        logging: {options: {json: {infoBufferSize: 64Ki}}, flushFrequency: 1000000000}
                        """)
                                .warnings())
                .allSatisfy(warning -> assertThat(warning).contains("is ignored: "))
                .hasSize(10);
    }

    @Test
    void unknownFieldsAreNamedByPathAndLeftOut() throws Exception {
        assertThat(read("{iptables: {masqueradeAl: true}, colour: blue}").warnings())
                .anySatisfy(w -> assertThat(w).contains("iptables.masqueradeAl"))
                .anySatisfy(w -> assertThat(w).contains("colour"))
                .hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mode: nftables                          | mode: nftables",
                "iptables: {masqueradeBit: 32}           | iptables.masqueradeBit: 32",
                "iptables: {syncPeriod: soon}            | iptables.syncPeriod: \"soon\"",
                "iptables: {syncPeriod: 1s, minSyncPeriod: 2s} | iptables.minSyncPeriod: 2s",
                "clusterCIDR: 10.0.0.0/8,11.0.0.0/8      | clusterCIDR: 10.0.0.0/8,11.0.0.0/8",
                "nodePortAddresses: [primary, 10.0.0.0/8] | nodePortAddresses: primary",
                "bindAddress: here                       | bindAddress: here",
                "metricsBindAddress: 0.0.0.0:70000       | metricsBindAddress: 0.0.0.0:70000",
                "detectLocalMode: Guess                  | detectLocalMode: Guess",
                "{detectLocalMode: BridgeInterface}      | detectLocal.bridgeInterface",
                "kind: KubeletConfiguration              | kind: KubeletConfiguration",
                "iptables: 3                             | iptables: 3",
                "featureGates: {X: maybe}                | featureGates.X",
                "logging: {format: xml}                  | logging.format: xml",
                "logging: {vmodule: [{filePattern: ''}]} | logging.vmodule[0].filePattern",
                "logging: {options: {text: {infoBufferSize: big}}} | logging.options.text.infoBufferSize",
                "nftables: {syncPeriod: 3}               | nftables.syncPeriod: 3",
                "winkernel: {enableDSR: 3}               | winkernel.enableDSR: 3",
                "ipvs: {tcpTimeout: -1s}                 | ipvs.tcpTimeout",
                "healthzBindAddress: '0.0.0.0:0'         | healthzBindAddress: 0.0.0.0:0",
                "conntrack: {min: -1}                    | conntrack.min: -1",
                "oomScoreAdj: 1001                       | oomScoreAdj: 1001",
                "showHiddenMetricsForVersion: '1.30'     | showHiddenMetricsForVersion: 1.30",
            })
    void wrongValuesAreRefusedWithFieldValueAndWhatIsAllowed(String yaml, String named) {
        assertThatThrownBy(() -> read(yaml))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(named)
                .hasMessageContaining("allowed");
    }

    @Test
    void anchorsAliasesAndMergeKeysStandForWhatTheyName() throws ConfigException {
        ProxyConfig config =
                read("""
                iptables: &both {masqueradeBit: 7, syncPeriod: "20s"}
                nftables: *both
                clusterCIDR: &range 10.244.0.0/16
                nodePortAddresses: [*range]
                ipvs: {<<: {scheduler: lc, strictARP: true}, scheduler: sh}
                """)
                        .config();
        assertThat(config.iptables().masqueradeBit()).isEqualTo(7);
        assertThat(config.iptables().syncPeriod()).isEqualTo(Duration.ofSeconds(20));
        assertThat(config.nodePortAddresses().toString()).contains("10.244.0.0/16");
        assertThat(config.ipvs().scheduler()).isEqualTo("sh");
        assertThat(config.ipvs().strictArp()).isTrue();
    }

    @Test
    void aliasesThatGrowBeyondAllBoundsAreRefused() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 12; i++) {
            bomb.append("a%d: &a%d [%s]\n".formatted(i, i, ("*a" + (i - 1) + ",").repeat(10)));
        }
        assertThatThrownBy(() -> read(bomb.toString()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("more than 10000 values");
        assertThatThrownBy(() -> read("iptables: &loop {masqueradeBit: *loop}"))
                .isInstanceOf(ConfigException.class);
    }

    @Test
    void whatIsNoYamlIsToldWithItsPlace() {
        assertThatThrownBy(() -> read("mode: ipvs\n\tiptables: {}\n"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll("config.yaml is neither YAML nor JSON", "line 2");
    }

    @Test
    void ofSeveralDocumentsTheFirstCounts() throws ConfigException {
        ConfigText.Parsed parsed = ConfigText.parse("mode: ipvs\n---\nmode: userspace\n", "x");
        assertThat(parsed.document().get("mode").textValue()).isEqualTo("ipvs");
        assertThat(parsed.warnings())
                .containsExactly("there is more than one document; the first one counts");
    }

    @ParameterizedTest
    @CsvSource({
        "30s, PT30S",
        "1h30m, PT1H30M",
        "1.5s, PT1.5S",
        "0, PT0S",
        "250ms, PT0.25S",
        "-2m, PT-2M"
    })
    void readsDurationsAsGoWritesThem(String text, Duration expected) {
        assertThat(GoDuration.parse(text)).contains(expected);
        assertThat(GoDuration.parse(GoDuration.format(expected))).contains(expected);
    }

    @ParameterizedTest
    @CsvSource({"''", "s", "30", "1x", "'1s '", "1 s", "--1s", "99999999999999999999h"})
    void refusesOtherDurations(String text) {
        assertThat(GoDuration.parse(text)).isEmpty();
    }

    @Test
    void allAddressesAreThoseThatTheMachineHas() {
        InetSocketAddress machine = new InetSocketAddress(10256);
        assertThat(HostPort.socketAddress("[::]:10256")).isEqualTo(machine);
        assertThat(HostPort.socketAddress("0.0.0.0:10256")).isEqualTo(machine);
        assertThat(HostPort.socketAddress("[::1]:10249"))
                .isEqualTo(new InetSocketAddress(IpAddress.of("::1").toInetAddress(), 10249));
    }

    @Test
    void addressesGetTheirDefaultPorts() throws Exception {
        assertThat(read("healthzBindAddress: 127.0.0.1").config().healthzBindAddress())
                .isEqualTo("127.0.0.1:10256");
        assertThat(read("metricsBindAddress: '::'").config().metricsBindAddress())
                .isEqualTo("[::]:10249");
        assertThat(read("bindAddress: '::'").config().healthzBindAddress()).isEqualTo("[::]:10256");
    }

    private static ConfigReader.Result read(String yaml) throws ConfigException {
        return ConfigReader.read(
                ConfigText.parse(yaml, "config.yaml").document(), "config.yaml", "");
    }
}
