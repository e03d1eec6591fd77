package dev.swivel.linux.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swivel.linux.TestNamespaces;
import dev.swivel.linux.exec.Command;
import dev.swivel.linux.netns.NamespaceThread;
import dev.swivel.linux.netns.NetworkNamespace;
import java.io.IOException;
import java.net.InetAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalRoutesKernelTest {
    private NetworkNamespace namespace;
    private NamespaceThread inside;
    private LocalRoutes routes;

    @BeforeEach
    void create() throws IOException {
        namespace = TestNamespaces.create();
        inside = namespace.thread();
        ip("link set dev lo up");
        routes = inside.call(LocalRoutes::open);
    }

    @AfterEach
    void remove() {
        routes.close();
        inside.close();
        namespace.close();
    }

    private String ip(String arguments) throws IOException {
        return inside.call(() -> Command.of(("ip " + arguments).split(" ")).run().text());
    }

    @ParameterizedTest
    @CsvSource({"169.254.200.0, 24, -4, 169.254.200.77", "fd73:1::, 64, -6, fd73:1::77"})
    void comesAndGoes(String address, int prefix, String family, String member) throws IOException {
        LocalRange range = new LocalRange(InetAddress.ofLiteral(address), prefix);
        String list = family + " route show table local";
        assertThat(routes.has(range)).isFalse();

        routes.add(range);
        routes.add(range);
        assertThat(ip(list)).contains("local " + address + "/" + prefix + " dev lo");
        assertThat(routes.has(range)).isTrue();
        assertThat(ip(family + " route get " + member)).startsWith("local " + member);

        ip(family + " route del table local local " + address + "/" + prefix + " dev lo");
        assertThat(routes.has(range)).isFalse();
        routes.add(range);
        routes.delete(range);
        routes.delete(range);
        assertThat(ip(list)).doesNotContain(address);
    }

    @ParameterizedTest
    @CsvSource({"169.254.200.0, 24, 169.254.0.0/16", "fd73:1::, 64, fd73::/16"})
    void anotherRouteIsNotTakenForOurs(String address, int prefix, String wider)
            throws IOException {
        ip("route add local " + wider + " dev lo");
        assertThat(routes.has(new LocalRange(InetAddress.ofLiteral(address), prefix))).isFalse();
    }
}
