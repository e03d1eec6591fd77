package dev.swivel.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.swivel.core.config.ConfigException;
import dev.swivel.core.config.ConfigReader;
import dev.swivel.core.config.ConfigText;
import dev.swivel.core.config.ProxyConfig;
import dev.swivel.core.model.IpFamily;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AddressFamiliesTest {
    private static final Set<IpFamily> IPV4 = EnumSet.of(IpFamily.IPV4);
    private static final Set<IpFamily> BOTH = EnumSet.allOf(IpFamily.class);

    @Test
    void whatFitsTheNodeIsNothingToSpeakOf() throws Exception {
        assertThat(AddressFamilies.check(config("clusterCIDR: 10.0.0.0/8"), IPV4)).isEmpty();
        assertThat(AddressFamilies.check(config("clusterCIDR: 'fd00::/48'"), BOTH)).isEmpty();
        assertThat(AddressFamilies.check(config("bindAddress: '::'"), IPV4)).hasSize(1);
    }

    @Test
    void clusterRangesThatTheNodeCanNeverSeeAreRefused() {
        assertThatThrownBy(() -> AddressFamilies.check(config("clusterCIDR: 'fd00::/48'"), IPV4))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("clusterCIDR")
                .hasMessageContaining("IPv6");
    }

    @Test
    void otherAddressesOfAFamilyThatTheNodeHasNotAreWarnedOf() throws Exception {
        assertThat(
                        AddressFamilies.check(
                                config(
                                        """
                                        healthzBindAddress: '[fd00::1]:10256'
                                        metricsBindAddress: '::'
                                        nodePortAddresses: ['fd00::/64']
                                        ipvs: {excludeCIDRs: ['fd00::/64']}
                                        """),
                                IPV4))
                .anySatisfy(w -> assertThat(w).startsWith("healthzBindAddress is of IPv6"))
                .anySatisfy(w -> assertThat(w).startsWith("nodePortAddresses is of IPv6"))
                .anySatisfy(w -> assertThat(w).startsWith("ipvs.excludeCIDRs is of IPv6"))
                .hasSize(3);
    }

    @Test
    void nodePortsOfOneFamilyInAClusterOfTwoAreWarnedOf() throws Exception {
        assertThat(
                        AddressFamilies.check(
                                config(
                                        """
                                        clusterCIDR: 10.0.0.0/8,fd00::/48
                                        nodePortAddresses: [10.1.0.0/16]
                                        """),
                                BOTH))
                .containsExactly(
                        "nodePortAddresses has no range of IPv6: node ports do not answer there");
    }

    private static ProxyConfig config(String yaml) throws ConfigException {
        return ConfigReader.read(ConfigText.parse(yaml, "test").document(), "test", "").config();
    }
}
