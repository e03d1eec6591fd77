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
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/// The container image of what is on this process's class path, for this machine's architecture,
/// built and unpacked as a container engine would.
public record Image(JsonNode config, Path root) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path PLACE = Manifests.DEPLOY.resolve("target/image-test");
    private static final Path LAYOUT = // beside what was downloaded for `make image`
            Manifests.DEPLOY.resolve("target/image-test-layout");

    /// Built by the first process that asks, and again when what it is made of has changed.
    public static Image get() throws IOException {
        Files.createDirectories(PLACE);
        Path made = PLACE.resolve("made-of");
        try (var _ = BuildLock.take(PLACE.resolve("lock"))) {
            String parts = parts();
            Path directory = PLACE.resolve("image");
            if (!Files.exists(made) || !Files.readString(made).equals(parts)) {
                Files.deleteIfExists(made);
                Command.of("rm", "-rf", directory.toString()).run();
                build(Files.createDirectory(directory));
                Files.writeString(made, parts);
            }
            return new Image(blob(manifest().path("config")), directory.resolve("root"));
        }
    }

    /// All files that it is made of, with their times.
    private static String parts() throws IOException {
        List<Path> roots = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            roots.add(Path.of(entry));
        }
        roots.add(Manifests.DEPLOY.resolve("image"));
        roots.add(Manifests.DEPLOY.resolve("src"));
        StringBuilder parts = new StringBuilder();
        for (Path each : roots) {
            if (!each.endsWith("test-classes") && Files.exists(each)) {
                try (Stream<Path> files = Files.walk(each)) {
                    for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                        parts.append(file)
                                .append(' ')
                                .append(Files.getLastModifiedTime(file))
                                .append('\n');
                    }
                }
            }
        }
        return parts.toString();
    }

    private static void build(Path directory) throws IOException {
        Command.of(
                        Manifests.DEPLOY.resolve("image/build.sh").toString(),
                        distribution(directory.resolve("swivel")).toString(),
                        LAYOUT.toString(),
                        architecture())
                .withTimeout(Duration.ofMinutes(5))
                .withEnvironment("JAVA_HOME", System.getProperty("java.home"))
                .run();
        JsonNode manifest = manifest();
        JsonNode config = blob(manifest.path("config"));
        Path root = Files.createDirectory(directory.resolve("root"));
        Files.createDirectories(root.resolve("var/lib/kube-proxy")); // an engine makes mount points
        for (int i = 0; i < manifest.path("layers").size(); i++) {
            Path layer = checked(manifest.path("layers").get(i));
            try (InputStream tar = new GZIPInputStream(Files.newInputStream(layer))) {
                assertThat("sha256:" + sha256(tar))
                        .isEqualTo(config.at("/rootfs/diff_ids/" + i).asText());
            }
            Command.of("tar", "-xzf", layer.toString(), "-C", root.toString()).run();
        }
    }

    private static JsonNode manifest() throws IOException {
        JsonNode index = JSON.readTree(LAYOUT.resolve("index.json").toFile());
        JsonNode image = blob(index.at("/manifests/0"));
        assertThat(image.at("/manifests/0/platform/architecture").asText())
                .isEqualTo(architecture());
        return blob(image.at("/manifests/0"));
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
        Files.copy(
                Manifests.DEPLOY.resolve("src/dist/lib/java.options"), lib.resolve("java.options"));
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

    /// A jar tells in the local repository by its folders what it is; a module's by its name.
    private static ObjectNode component(Path jar) {
        Path version = jar.getParent();
        Path artifact = version.getParent();
        String name = artifact.getFileName().toString();
        String file = jar.getFileName().toString().replace(".jar", "");
        if (version.endsWith("target")) {
            return component("dev.swivel", name, file.substring(name.length() + 1), "");
        }
        String plain = name + "-" + version.getFileName();
        return component(
                artifact.getParent().getFileName().toString(),
                name,
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

    private static JsonNode blob(JsonNode descriptor) throws IOException {
        return JSON.readTree(checked(descriptor).toFile());
    }

    private static Path checked(JsonNode descriptor) throws IOException {
        String digest = descriptor.path("digest").asText();
        Path file = LAYOUT.resolve("blobs").resolve(digest.replace(':', '/'));
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
