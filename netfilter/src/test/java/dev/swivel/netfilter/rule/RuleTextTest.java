package dev.swivel.netfilter.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleTextTest {
    private static final ChainName CHAIN = new ChainName("KUBE-X");

    /// As a 1.8.9 prints what it was told as 1/n with ten decimals.
    @ParameterizedTest
    @CsvSource({
        "2,0.50000000000",
        "3,0.33333333349",
        "1000,0.00100000016",
    })
    void writesProbabilitiesAsTheKernelKeepsThem(int of, String text) {
        assertThat(RuleText.probability(of)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"demo/web, '\"demo/web\"'", "web_1-a, web_1-a"})
    void quotesCommentsAsSaved(String comment, String quoted) {
        assertThat(RuleText.append(CHAIN, Rule.of(Target.ACCEPT).commented(comment)))
                .isEqualTo("-A KUBE-X -m comment --comment " + quoted + " -j ACCEPT");
    }

    @Test
    void leavesOutAnAddressThatIsAny() {
        Rule rule = Rule.of(Target.DROP, Match.from(Cidr.of("0.0.0.0/0")));
        assertThat(RuleText.append(CHAIN, rule)).isEqualTo("-A KUBE-X -j DROP");
    }

    @Test
    void writesIpv4CompatibleAddressesAsGlibcDoes() {
        Rule rule = Rule.of(Target.DROP, Match.to(new IpAddress(IpFamily.IPV6, 0, 0x01020304)));
        assertThat(RuleText.append(CHAIN, rule)).isEqualTo("-A KUBE-X -d ::1.2.3.4/128 -j DROP");
    }

    @Test
    void refusesCommentsThatCouldEndTheirQuotes() {
        assertThatThrownBy(() -> Rule.of(Target.DROP).commented("a\" -j ACCEPT"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Rule.of(Target.DROP).commented("a\nCOMMIT"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
