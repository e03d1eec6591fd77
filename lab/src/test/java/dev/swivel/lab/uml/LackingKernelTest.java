package dev.swivel.lab.uml;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swivel.lab.cluster.SwivelProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Mode ipvs where the kernel has no modules for it, until it has.
class LackingKernelTest {
    @Test
    void swivelSaysWhatTheKernelLacksAndServesOnceItIsThere(@TempDir Path manifests)
            throws Exception {
        String swivel =
                SwivelProcess.command().stream()
                                .map(word -> "'" + word + "'")
                                .collect(Collectors.joining(" "))
                        + " --proxy-mode ipvs --ipvs-sync-period 1s --hostname-override node-1 --manifests "
                        + manifests
                        + " > log 2>&1 & pid=$!";
        String script =
                """
                told() {
                    for i in $(seq 600); do
                        if grep -q "$1" log; then return; fi
                        sleep 0.1
                    done
                    echo "never told: $1"
                }
                cd "$(mktemp -d)"
                iptables-legacy -t mangle -N KUBE-IPTABLES-HINT
                mkdir -p root/lib/modules
                mount --bind /lib/modules root/lib/modules
                mount -t tmpfs none /lib/modules
                %s
                told 'the kernel has no ipset; try: modprobe ip_set'
                modprobe -d "$PWD/root" ip_vs
                modprobe -d "$PWD/root" ip_set
                told "ipvs.scheduler: .*no IPVS scheduler 'rr'.*modprobe ip_vs_rr"
                rmmod ip_vs
                told 'the kernel has no IPVS; try: modprobe ip_vs'
                umount /lib/modules
                told 'IPv6: all 0 services programmed'
                kill $pid
                wait $pid
                echo "ended: $?"
                cat log
                """
                        .formatted(swivel);
        GuestResult result =
                new UserModeLinux().run(GuestCommand.script(script), Duration.ofMinutes(3));
        assertThat(result.output()).contains("ended: 0").doesNotContain("never told");
        assertThat(result.output()).as("what a user can do without").doesNotContain("\tat ");
    }
}
