package dev.swivel.linux.libc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ErrnoTest {
    @Test
    void namesErrors() {
        assertThat(Errno.describe(Errno.ENOENT)).isEqualTo("ENOENT (no such file or directory)");
        assertThat(Errno.name(Errno.EOPNOTSUPP)).isEqualTo("EOPNOTSUPP");
        assertThat(Errno.name(Errno.ENOBUFS)).isEqualTo("ENOBUFS");
        assertThat(Errno.name(110)).isEqualTo("ETIMEDOUT");
        assertThat(Errno.name(41)).isEqualTo("errno 41");
        assertThat(Errno.name(4099)).isEqualTo("errno 4099");
    }

    @Test
    void callsCarryTheirError() {
        assertThatThrownBy(() -> Libc.open("/no/such/file", Libc.O_RDONLY))
                .isInstanceOfSatisfying(
                        ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT))
                .hasMessage("open /no/such/file: ENOENT (no such file or directory)");
    }
}
