package dev.swivel.lab.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.swivel.lab.cluster.Daemon;
import dev.swivel.lab.deploy.Image;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.cyclonedx.parsers.JsonParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The container image as a node's Swivel. In mode ipvs: [ImageIpvsChecks].
class ImageTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir Path directory;

    @Test
    void servesANodeWithTwoRightsAndNothingToWriteTo() throws Exception {
        Image image = Image.get();
        assertThat(image.config().at("/config/Entrypoint/0").asText())
                .isEqualTo("/usr/local/bin/swivel");
        try (ServedCluster served = new ServedCluster(directory, "nft")) {
            ContainedSwivel node = new ContainedSwivel(served, image.root(), directory);
            Daemon swivel = node.start("iptables");
            for (int round = 1; round <= 2; round++) { // the second Event is the first one's series
                served.node().exec("iptables-nft", "-w", "-t", "nat", "-F", "KUBE-SERVICES");
                await().atMost(PATIENCE).until(() -> served.web().run().answered());
                String verb = round == 1 ? "create" : "patch";
                await().atMost(PATIENCE)
                        .until(() -> node.asked().contains("events.k8s.io/events " + verb));
            }
            assertThat(node.asked())
                    .as("all that is granted is used, and nothing else")
                    .isEqualTo(ContainedSwivel.granted());
            assertThat(swivel.stop(Duration.ofSeconds(20))).as("ends at SIGTERM").isTrue();
            assertThat(served.web().run().answered()).as("the rules stay").isTrue();

            swivel = node.start("userspace");
            assertThat(swivel.stop(Duration.ofSeconds(20))).as("ends at SIGTERM").isTrue();
        }
    }

    @Test
    void theBillOfMaterialsNamesWhatIsInside() throws Exception {
        Path root = Image.get().root();
        File file = root.resolve("opt/swivel/sbom.json").toFile();
        assertThat(new JsonParser().validate(file)).isEmpty();

        JsonNode bill = new ObjectMapper().readTree(file);
        Set<String> jars = new TreeSet<>();
        Set<String> packages = new TreeSet<>();
        for (JsonNode component : bill.path("components")) {
            String purl = component.path("purl").asText();
            String name = component.path("name").asText();
            String version = component.path("version").asText();
            assertThat(version).as(name).matches("\\S+");
            if (purl.startsWith("pkg:deb/debian/")) {
                packages.add(name);
            } else {
                String classifier =
                        purl.contains("classifier=") ? purl.replaceFirst(".*classifier=", "-") : "";
                jars.add(name + "-" + version + classifier + ".jar");
            }
        }
        try (Stream<Path> files = Files.list(root.resolve("opt/swivel/lib"))) {
            assertThat(
                            files.map(each -> each.getFileName().toString())
                                    .filter(name ->
                                            !Set.of("swivel.aot", "java.options").contains(name)))
                    .containsExactlyInAnyOrderElementsOf(jars);
        }
        assertThat(jars).noneMatch(jar -> jar.startsWith("lab-"));
        Set<String> listed =
                Files.readAllLines(Path.of("../deploy/image/packages.txt")).stream()
                        .map(line -> line.replaceFirst("#.*", "").strip())
                        .filter(line -> !line.isEmpty())
                        .collect(Collectors.toCollection(TreeSet::new));
        listed.add("openjdk-25-jdk-headless");
        assertThat(packages).isEqualTo(listed);
        JsonNode java = bill.path("components").get(bill.path("components").size() - 1);
        assertThat(Files.readString(root.resolve("opt/swivel/runtime/release")))
                .contains(
                        "JAVA_VERSION=\""
                                + java.path("description")
                                        .asText()
                                        .replaceFirst("Java runtime ([0-9.]+).*", "$1")
                                + "\"");

        Set<String> known =
                StreamSupport.stream(bill.path("components").spliterator(), false)
                        .map(component -> component.path("bom-ref").asText())
                        .collect(Collectors.toSet());
        for (JsonNode dependency : bill.path("dependencies")) {
            dependency
                    .path("dependsOn")
                    .forEach(reference -> assertThat(known).contains(reference.asText()));
        }
        List<JsonNode> direct = List.of(bill.at("/dependencies/0/ref"));
        assertThat(direct).containsExactly(bill.at("/metadata/component/bom-ref"));
    }
}
