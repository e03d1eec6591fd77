package dev.swivel.linux.iptables;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class IptablesVersionTest {
    @Test
    void readsWhatTheProgramsPrint() {
        assertThat(IptablesVersion.parse("ip6tables v1.8.9 (nf_tables)\n"))
                .contains(new IptablesVersion(1, 8, 9, Flavour.NFT));
        assertThat(IptablesVersion.parse("iptables v1.8.10 (legacy)"))
                .contains(new IptablesVersion(1, 8, 10, Flavour.LEGACY));
        assertThat(IptablesVersion.parse("iptables v1.6"))
                .contains(new IptablesVersion(1, 6, 0, Flavour.LEGACY));
        assertThat(IptablesVersion.parse("what?")).isEmpty();
    }

    @Test
    void comparesByNumber() {
        var version = new IptablesVersion(1, 8, 10, Flavour.NFT);
        assertThat(version.atLeast(1, 8, 9)).isTrue();
        assertThat(version.atLeast(1, 8, 10)).isTrue();
        assertThat(version.atLeast(1, 9, 0)).isFalse();
        assertThat(version.atLeast(2, 0, 0)).isFalse();
    }
}
