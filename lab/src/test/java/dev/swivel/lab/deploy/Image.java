package dev.swivel.lab.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.swivel.lab.BuildLock;
import dev.swivel.linux.exec.Command;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/// The container image of what is on this process's class path, for this machine's architecture,
/// built and unpacked as a container engine would.
public record Image(JsonNode config, Path root) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static @Nullable Image built;

    /// Built once, and there as long as this process.
    public static synchronized Image get() throws IOException {
        if (built == null) {
            Path directory = Files.createTempDirectory("swivel-image-");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory)));
            Path target = Files.createDirectories(Manifests.DEPLOY.resolve("target"));
            try (var _ = BuildLock.take(target.resolve("image-test.lock"))) {
                built = build(directory);
            }
        }
        return built;
    }

    private static void delete(Path directory) {
        try {
            Command.of("rm", "-rf", directory.toString()).run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Image build(Path directory) throws IOException {
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
        Files.createDirectories(root.resolve("var/lib/kube-proxy")); // an engine makes mount points
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
        for (String name : List.of("swivel", "swivel-lab")) {
            Path launcher = bin.resolve(name);
            Files.copy(Manifests.DEPLOY.resolve("src/dist/bin").resolve(name), launcher);
            assertThat(launcher.toFile().setExecutable(true)).isTrue();
        }
        ObjectNode bill = JSON.createObjectNode().put("specVersion", "1.6");
        ArrayNode components = bill.putArray("components");
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path path = Path.of(entry);
            String name = String.valueOf(path.getFileName());
            if (Files.isRegularFile(path) && isOfSwivel(path)) {
                Files.copy(path, lib.resolve(name), StandardCopyOption.REPLACE_EXISTING);
                components.add(component(path));
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
                components.add(component("dev.swivel", module, "test", ""));
            }
        }
        JSON.writeValue(target.resolve("sbom.json").toFile(), bill);
        return target;
    }

    /// A jar tells in the local repository by its folders what it is; one of ours lies where it was
    /// built.
    private static ObjectNode component(Path jar) {
        Path version = jar.getParent();
        if (version.endsWith("target")) {
            String module = version.getParent().getFileName().toString();
            String file = jar.getFileName().toString();
            String number = file.substring(module.length() + 1, file.length() - ".jar".length());
            return component("dev.swivel", module, number, "");
        }
        Path artifact = version.getParent();
        String plain = artifact.getFileName() + "-" + version.getFileName();
        String file = jar.getFileName().toString().replace(".jar", "");
        return component(
                artifact.getParent().getFileName().toString(),
                artifact.getFileName().toString(),
                version.getFileName().toString(),
                file.equals(plain) ? "" : file.substring(plain.length() + 1));
    }

    private static ObjectNode component(
            String group, String name, String version, String classifier) {
        String purl =
                "pkg:maven/%s/%s@%s?type=jar".formatted(group, name, version)
                        + (classifier.isEmpty() ? "" : "&classifier=" + classifier);
        return JSON.createObjectNode()
                .put("type", "library")
                .put("bom-ref", purl)
                .put("group", group)
                .put("name", name)
                .put("version", version)
                .put("purl", purl);
    }

    /// What is for tests only would do no harm, but for its size.
    private static boolean isOfSwivel(Path jar) {
        return !jar.toString()
                .matches(".*/(helm-java|jna-.*|archunit|assertj-core|jmh-.*|cyclonedx-.*)/.*");
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
