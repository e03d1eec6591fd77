package dev.swivel.lab.api;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/// Serves an empty API on the loopback address, to play with.
@CommandLine.Command(
        name = "lab-api",
        mixinStandardHelpOptions = true,
        description = "Serves an empty Kubernetes API on the loopback address.")
public final class ApiMain implements Callable<Integer> {
    @CommandLine.Option(
            names = "--port",
            defaultValue = "8001",
            description = "TCP port; 0 for any free one. Default: ${DEFAULT-VALUE}")
    private int port;

    @CommandLine.Option(
            names = "--kubeconfig",
            description = "Where to write the kubeconfig. Default: a temporary file")
    private @Nullable Path kubeconfig;

    private ApiMain() {}

    @Override
    public Integer call() throws Exception {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        try (var api = EmbeddedApi.start(address)) {
            var file =
                    kubeconfig == null
                            ? Files.createTempFile("swivel-lab-", ".kubeconfig")
                            : kubeconfig;
            api.writeKubeconfig(file);
            System.out.println("serving at " + api.url());
            System.out.println("kubectl --kubeconfig " + file + " get services -A");
            new CountDownLatch(1).await();
            return 0;
        }
    }

    static void main(String[] args) {
        System.exit(new CommandLine(new ApiMain()).execute(args));
    }
}
