package dev.swivel.iptables.render;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swivel.core.fixture.Sample;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.Protocol;
import dev.swivel.core.model.ServiceName;
import dev.swivel.core.model.ServicePortName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class NamesTest {
    /// The vectors of spec section 15.
    @ParameterizedTest
    @CsvSource({
        "ns1,svc1,p80,TCP,XPGD46QRK7WJZT7O",
        "ns2,svc2,p80,TCP,GNZBNJ2PO5MGZ6GT",
        "ns5,svc5,p80,TCP,NUKIZ6OKUXPJNT4C",
        "default,kubernetes,https,TCP,NPX46M4PTMTKRN6Y",
        "default,kubernetes,'',TCP,MBEGLAPII7DDIM3R",
        "kube-system,kube-dns,dns,UDP,TCOU7JCQXEZGVUNU",
    })
    void serviceChainsHaveKubeProxysNames(
            String namespace, String name, String port, Protocol protocol, String hash) {
        var service = new ServicePortName(new ServiceName(namespace, name), port, protocol);
        assertThat(Names.cluster(service).text()).isEqualTo("KUBE-SVC-" + hash);
        assertThat(Names.local(service).text()).isEqualTo("KUBE-SVL-" + hash);
        assertThat(Names.external(service).text()).isEqualTo("KUBE-EXT-" + hash);
        assertThat(Names.admission(service).text()).isEqualTo("KUBE-FW-" + hash);
    }

    @Test
    void endpointChainsHaveKubeProxysNames() {
        var service = new ServicePortName(new ServiceName("ns1", "svc1"), "p80", Protocol.TCP);
        assertThat(Names.endpoint(service, Sample.endpoint("10.180.0.1:80")).text())
                .isEqualTo("KUBE-SEP-SXIVWICOYRO3J4NJ");
        assertThat(Names.endpoint(service, Sample.endpoint("[fd00:10:244::5]:80")).text())
                .isEqualTo("KUBE-SEP-JR6YXXN6Y3V4FLYE");
    }

    @ParameterizedTest
    @EnumSource(ServiceSet.class)
    void setsOfTheTwoFamiliesDiffer(ServiceSet set) {
        assertThat(set.name(IpFamily.IPV4)).isNotEqualTo(set.name(IpFamily.IPV6));
    }
}
