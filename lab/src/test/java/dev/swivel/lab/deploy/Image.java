package dev.swivel.lab.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.swivel.linux.exec.Command;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;

/// The container image of what is on this process's class path, for this machine's architecture,
/// built and unpacked as a container engine would.
public record Image(JsonNode config, Path root) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /// @param directory to unpack it in
    public static Image build(Path directory) throws IOException {
        Path layout = Manifests.DEPLOY.resolve("target/image-test");
        Command.of(
                        Manifests.DEPLOY.resolve("image/build.sh").toString(),
                        distribution(directory.resolve("swivel")).toString(),
                        layout.toString(),
                        architecture())
                .withTimeout(Duration.ofMinutes(5))
                .withEnvironment("JAVA_HOME", System.getProperty("java.home"))
                .run();
        JsonNode index = JSON.readTree(layout.resolve("index.json").toFile());
        JsonNode image = blob(layout, index.at("/manifests/0"));
        assertThat(image.at("/manifests/0/platform/architecture").asText())
                .isEqualTo(architecture());
        JsonNode manifest = blob(layout, image.at("/manifests/0"));
        JsonNode config = blob(layout, manifest.path("config"));
        Path root = Files.createDirectory(directory.resolve("root"));
        for (int i = 0; i < manifest.path("layers").size(); i++) {
            Path layer = checked(layout, manifest.path("layers").get(i));
            try (InputStream tar = new GZIPInputStream(Files.newInputStream(layer))) {
                assertThat("sha256:" + sha256(tar))
                        .isEqualTo(config.at("/rootfs/diff_ids/" + i).asText());
            }
            Command.of("tar", "-xzf", layer.toString(), "-C", root.toString()).run();
        }
        return new Image(config, root);
    }

    static String architecture() {
        return System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
    }

    /// As `make dist` lays it out.
    private static Path distribution(Path target) throws IOException {
        Path bin = Files.createDirectories(target.resolve("bin"));
        Path lib = Files.createDirectories(target.resolve("lib"));
        Path launcher = bin.resolve("swivel");
        Files.copy(
                Manifests.DEPLOY.resolve("src/dist/bin/swivel"),
                launcher,
                StandardCopyOption.COPY_ATTRIBUTES);
        assertThat(launcher.toFile().setExecutable(true)).isTrue();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path path = Path.of(entry);
            String name = String.valueOf(path.getFileName());
            if (Files.isRegularFile(path) && isOfSwivel(path)) {
                Files.copy(path, lib.resolve(name), StandardCopyOption.REPLACE_EXISTING);
            } else if (Files.isDirectory(path) && name.equals("classes")) {
                String module = path.getParent().getParent().getFileName().toString();
                Command.of(
                                Path.of(System.getProperty("java.home"), "bin/jar").toString(),
                                "--create",
                                "--file",
                                lib.resolve(module + "-test.jar").toString(),
                                "-C",
                                entry,
                                ".")
                        .run();
            }
        }
        return target;
    }

    /// What is for tests only would do no harm, but for its size.
    private static boolean isOfSwivel(Path jar) {
        return !jar.toString().matches(".*/(helm-java|jna-.*|archunit|assertj-core|jmh-.*)/.*");
    }

    private static JsonNode blob(Path layout, JsonNode descriptor) throws IOException {
        return JSON.readTree(checked(layout, descriptor).toFile());
    }

    private static Path checked(Path layout, JsonNode descriptor) throws IOException {
        String digest = descriptor.path("digest").asText();
        Path file = layout.resolve("blobs").resolve(digest.replace(':', '/'));
        assertThat(Files.size(file)).isEqualTo(descriptor.path("size").asLong());
        try (InputStream bytes = Files.newInputStream(file)) {
            assertThat("sha256:" + sha256(bytes)).isEqualTo(digest);
        }
        return file;
    }

    private static String sha256(InputStream bytes) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            try (var stream = new DigestInputStream(bytes, digest)) {
                long _ = stream.transferTo(java.io.OutputStream.nullOutputStream());
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }
}
