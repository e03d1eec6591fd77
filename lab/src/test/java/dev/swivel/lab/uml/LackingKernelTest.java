package dev.swivel.lab.uml;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swivel.lab.cluster.SwivelProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Mode ipvs where the kernel has no modules for it.
class LackingKernelTest {
    @Test
    void swivelSaysWhatTheKernelLacksAndHowToGetIt(@TempDir Path manifests) throws Exception {
        String swivel =
                SwivelProcess.command().stream()
                                .map(word -> "'" + word + "'")
                                .collect(Collectors.joining(" "))
                        + " --proxy-mode ipvs --hostname-override node-1 --manifests "
                        + manifests;
        String script =
                """
                swivel() { timeout 60 %s; echo "ended: $?"; }
                mount -t tmpfs none /lib/modules
                swivel
                umount /lib/modules
                modprobe ip_set
                mount -t tmpfs none /lib/modules
                swivel
                rmmod ip_vs
                swivel
                """
                        .formatted(swivel);
        GuestResult result =
                new UserModeLinux().run(GuestCommand.script(script), Duration.ofMinutes(3));
        String[] said = result.output().split("ended: 1\n", -1);
        assertThat(said).as(result.output()).hasSize(4);
        assertThat(said[0]).contains("the kernel has no ipset; try: modprobe ip_set");
        assertThat(said[1])
                .contains("ipvs.scheduler", "no IPVS scheduler 'rr'", "modprobe ip_vs_rr");
        assertThat(said[2]).contains("the kernel has no IPVS; try: modprobe ip_vs");
        assertThat(result.output()).as("what a user can do without").doesNotContain("\tat ");
    }
}
