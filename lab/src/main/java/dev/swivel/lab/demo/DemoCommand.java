package dev.swivel.lab.demo;

import dev.swivel.lab.Main;
import dev.swivel.lab.cluster.IptablesFlavour;
import dev.swivel.lab.uml.GuestCommand;
import dev.swivel.lab.uml.IpvsKernel;
import dev.swivel.lab.uml.UserModeLinux;
import dev.swivel.linux.exec.CommandException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `swivel-lab demo`.
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description =
                "Builds a two-node cluster of network namespaces, runs a Swivel per node, sends real traffic, and shows what went where. Needs root. Removes all it made.")
public final class DemoCommand implements Callable<Integer> {
    @Option(
            names = "--keep",
            description =
                    "Leave the cluster standing and print how to look around; remove it with: swivel-lab down")
    boolean keep;

    @Option(
            names = "--iptables",
            paramLabel = "FLAVOUR",
            defaultValue = "NFT",
            description = "Which iptables the nodes use: nft (default) or legacy.")
    IptablesFlavour flavour = IptablesFlavour.NFT;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            defaultValue = "IPTABLES",
            description =
                    "How the nodes serve: iptables (default), userspace, or ipvs: in user-mode Linux if this machine's kernel has none.")
    DemoMode mode = DemoMode.IPTABLES;

    private static final Duration GUEST_TIME = Duration.ofMinutes(10);

    /// Set by the process that stays behind with `--keep`.
    @Option(names = "--stay", hidden = true)
    boolean stay;

    @Override
    public Integer call() throws IOException, InterruptedException, CommandException {
        if (!isRoot()) {
            System.err.println("the demo makes network namespaces and needs root: sudo make demo");
            return 1;
        }
        if (mode == DemoMode.IPVS && !IpvsKernel.isThisMachines()) {
            return inUserModeLinux();
        }
        if (keep) {
            return KeptDemo.start(flavour, mode);
        }
        Paper paper = new Paper(System.out, colour());
        try (Demo demo =
                new Demo(
                        announced(paper),
                        flavour,
                        mode,
                        Files.createTempDirectory("swivel-demo-"))) {
            Runtime.getRuntime().addShutdownHook(new Thread(demo::close, "demo-removal"));
            boolean good = show(demo, paper);
            if (stay) {
                KeptDemo.announce(paper, demo.waysAround());
                new CountDownLatch(1).await(); // until a signal ends the process
            }
            return good ? 0 : 1;
        } catch (IOException e) {
            paper.line("");
            paper.line(paper.bad("the demo failed: " + e.getMessage()));
            return 1;
        }
    }

    /// The same once more, where nf_tables do not work and a process takes its time to start.
    private int inUserModeLinux() throws IOException, InterruptedException {
        if (keep) {
            System.err.println(
                    "this machine's kernel has no IPVS, and user-mode Linux does not stay: leave out --keep, or try: modprobe ip_vs");
            return 1;
        }
        System.out.println("(in user-mode Linux: this machine's kernel has no IPVS)");
        List<String> options =
                new ArrayList<>(List.of("-XX:+UseSerialGC", "-Dstdout.encoding=UTF-8"));
        for (String property : List.of("swivel.launcher", "swivel.colour")) {
            String value = System.getProperty(property);
            if (value != null) {
                options.add("-D" + property + "=" + value);
            }
        }
        GuestCommand command =
                GuestCommand.java(
                        options,
                        Main.class.getName(),
                        "demo",
                        "--mode",
                        mode.text(),
                        "--iptables",
                        "legacy");
        return new UserModeLinux().run(command, GUEST_TIME, System.out::println).exitCode();
    }

    private Paper announced(Paper paper) {
        paper.heading(
                "Swivel: a two-node Kubernetes cluster on this machine, served in %s mode"
                        .formatted(mode.text()));
        return paper;
    }

    private boolean show(Demo demo, Paper paper) throws IOException, CommandException {
        demo.startSwivels();
        demo.applyServices();
        paper.heading("What went where");
        boolean good = ask(demo, paper);
        paper.heading("What happens while requests run");
        Changes changes = new Changes(demo, flavour, mode);
        changes.run();
        paper.table(Changes.head(), changes.rows());
        good &= changes.allGood();
        paper.line("");
        paper.line(
                good
                        ? paper.good("everything went where it should")
                        : paper.bad("not everything went where it should"));
        return good;
    }

    private boolean ask(Demo demo, Paper paper) {
        boolean good = true;
        List<List<String>> rows = new ArrayList<>();
        for (Question question : new Questions(demo.cluster(), mode).all()) {
            Question.Verdict verdict = question.ask();
            good &= verdict.good();
            String mark =
                    verdict.good()
                            ? paper.good("✓ " + verdict.text())
                            : paper.bad("✗ " + verdict.text());
            rows.add(
                    List.of(
                            question.service(),
                            question.address(),
                            question.by(),
                            verdict.answeredBy(),
                            verdict.podSaw(),
                            mark));
        }
        paper.table(
                List.of("SERVICE", "ADDRESS", "ASKED BY", "ANSWERED BY", "THE POD SAW", "VERDICT"),
                rows);
        return good;
    }

    private static boolean isRoot() throws IOException {
        return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
    }

    /// The launcher says whether a person looks.
    private static boolean colour() {
        return Boolean.getBoolean("swivel.colour");
    }

    /// How long removal may take after a signal, for those who wait for it.
    static final Duration REMOVAL = Duration.ofSeconds(20);
}
