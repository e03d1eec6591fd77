package dev.swivel.linux.sysctl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.swivel.linux.TestNamespaces;
import dev.swivel.linux.netns.NamespaceThread;
import dev.swivel.linux.netns.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SysctlTest {
    @Test
    void settingsBelongToTheNamespace() throws IOException {
        Sysctl sysctl = Sysctl.system();
        String forward = "net.ipv4.conf.lo.forwarding";
        String outside = sysctl.read(forward);
        try (NetworkNamespace namespace = TestNamespaces.create();
                NamespaceThread inside = namespace.thread()) {
            inside.run(() -> {
                assertThat(sysctl.write(forward, 0)).isIn(true, false);
                assertThat(sysctl.write(forward, 1)).isTrue();
                assertThat(sysctl.write(forward, 1)).isFalse();
                assertThat(sysctl.readNumber(forward)).isEqualTo(1);
                assertThat(sysctl.read("net/ipv4/conf/lo/forwarding")).isEqualTo("1");
                assertThatThrownBy(() -> sysctl.write(forward, "many"))
                        .hasMessageStartingWith("sysctl " + forward + ": cannot set to 'many': ");
            });
        }
        assertThat(sysctl.read(forward)).isEqualTo(outside);
    }

    /// Settings that the kernel hands out to one read(2) only came back as their first digit.
    @Test
    void longValuesAreReadWhole() throws IOException {
        assertThat(Sysctl.system().readNumber("kernel.pid_max")).isGreaterThan(999);
        assertThat(Sysctl.system().read("kernel.hostname"))
                .isEqualTo(
                        new String(
                                        new ProcessBuilder("uname", "-n")
                                                .start()
                                                .getInputStream()
                                                .readAllBytes(),
                                        java.nio.charset.StandardCharsets.UTF_8)
                                .strip());
    }

    @Test
    void whatTheKernelLacksIsSaid() {
        Sysctl sysctl = Sysctl.system();
        assertThat(sysctl.exists("net.ipv4.no_such_setting")).isFalse();
        assertThat(sysctl.exists("net.ipv4.ip_forward")).isTrue();
        assertThatThrownBy(() -> sysctl.read("net.ipv4.no_such_setting"))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("sysctl net.ipv4.no_such_setting")
                .hasMessageContaining("the kernel has no such setting");
        assertThatThrownBy(() -> sysctl.readNumber("kernel.ostype"))
                .hasMessage("sysctl kernel.ostype: 'Linux' is not a number");
    }

    @Test
    void aValueThatIsRightIsNotWritten(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("setting");
        Files.writeString(file, "1\n");
        FileTime longAgo = FileTime.fromMillis(1000);
        Files.setLastModifiedTime(file, longAgo);
        Sysctl sysctl = Sysctl.at(folder);
        assertThat(sysctl.write("setting", "1")).isFalse();
        assertThat(Files.getLastModifiedTime(file)).isEqualTo(longAgo);
        assertThat(sysctl.write("setting", "2")).isTrue();
        assertThat(Files.readString(file)).isEqualTo("2");
    }

    @Test
    void namesStayUnderTheRoot() {
        Sysctl sysctl = Sysctl.system();
        for (String name : new String[] {"../x", "net/../../x", "/etc/passwd", "", "a b", "a//b"}) {
            assertThatThrownBy(() -> sysctl.read(name))
                    .as(name)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
