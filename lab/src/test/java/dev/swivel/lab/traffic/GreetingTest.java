package dev.swivel.lab.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GreetingTest {
    private static final ServerName WEB = new ServerName("web-1", "main", "node-1");

    @Test
    void isOneLineThatCanBeReadBack() {
        var greeting =
                new Greeting(
                        WEB,
                        SocketText.parse("192.168.1.12:40112"),
                        SocketText.parse("[fd00:192:168:1::11]:80"));

        assertThat(greeting.line())
                .isEqualTo(
                        "pod=web-1 container=main node=node-1 peer=192.168.1.12:40112"
                                + " local=[fd00:192:168:1::11]:80");
        assertThat(Greeting.parse(greeting.line() + "\n")).isEqualTo(greeting);
    }

    @Test
    void anotherProgramsAnswerIsNoGreeting() {
        assertThatThrownBy(() -> Greeting.parse("HTTP/1.1 200 OK"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("HTTP/1.1");
    }

    @ParameterizedTest
    @CsvSource({
        "0:0:0:0:0:0:0:0, ::",
        "0:0:0:0:0:0:0:1, ::1",
        "fd00:10:128:0:0:0:0:2, fd00:10:128::2",
        "1:0:0:2:0:0:0:3, 1:0:0:2::3",
        "1:0:2:3:4:5:6:7, 1:0:2:3:4:5:6:7",
        "1:2:3:4:5:6:0:0, 1:2:3:4:5:6::",
    })
    void addressesAreWrittenAsRfc5952Says(String full, String shortest) {
        var address = SocketText.parse("[" + full + "]:1").getAddress();
        assertThat(SocketText.format(address)).isEqualTo(shortest);
    }
}
