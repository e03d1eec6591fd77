package dev.swivel.lab.cluster;

import java.nio.file.Files;
import java.nio.file.Path;

/// Tests that build clusters fail, rather than being skipped, for anybody else.
final class Root {
    private Root() {}

    static void required() throws Exception {
        if (!Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
            throw new AssertionError("this test builds network namespaces: run it as root");
        }
    }
}
