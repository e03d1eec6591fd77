package dev.swivel.netfilter.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.swivel.netfilter.rule.Chain;
import dev.swivel.netfilter.rule.ChainName;
import dev.swivel.netfilter.rule.Rule;
import dev.swivel.netfilter.rule.Table;
import dev.swivel.netfilter.rule.Target;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableScriptTest {
    private static final ChainName ONE = new ChainName("ONE");

    private final StringBuilder out = new StringBuilder();

    @Test
    void commitsOnceWhatTheRulesNeedIsThere() {
        script().writeTo(out::append, () -> assertThat(out).endsWith("-A ONE -j RETURN\n-X TWO\n"));
        assertThat(out)
                .hasToString(
                        """
                        *nat
                        :ONE - [0:0]
                        :TWO - [0:0]
                        -A ONE -j RETURN
                        -X TWO
                        COMMIT
                        """);
    }

    /// Without its last line, iptables-restore commits nothing.
    @Test
    void doesNotCommitWhatLacksSomething() {
        assertThatThrownBy(() ->
                        script().writeTo(
                                        out::append,
                                        () -> {
                                            throw new UncheckedIOException(
                                                    new IOException("no room in the set"));
                                        }))
                .isInstanceOf(UncheckedIOException.class);
        assertThat(out).doesNotContain("COMMIT");
    }

    @Test
    void nothingToWriteIsNoText() {
        new TableScript(Table.NAT).appendTo(out);
        assertThat(out).isEmpty();
    }

    private static TableScript script() {
        TableScript script = new TableScript(Table.NAT);
        script.write(new Chain(ONE, List.of(Rule.of(new Target.Return()))));
        script.remove(new ChainName("TWO"));
        return script;
    }
}
