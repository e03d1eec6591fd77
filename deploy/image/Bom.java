import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The bill of materials of the image: of the distribution's those components whose jars are in it,
/// the Debian packages, and the Java runtime.
///
///     Bom.java DISTRIBUTION_BOM JARS_FOLDER RELEASE_FILE VERSION CREATED ARCHITECTURE SUITE < packages
///
/// `packages`: a Debian package and its version on each line; the last is the one that the Java
/// runtime is linked from. Prints CycloneDX JSON. Ends with an error if a jar is in no bill.
final class Bom {
    private static final ObjectMapper JSON = new ObjectMapper();

    static void main(String[] arguments) throws IOException {
        JsonNode distribution = JSON.readTree(Path.of(arguments[0]).toFile());
        Set<String> jars = jars(Path.of(arguments[1]));
        String runtime = javaVersion(Path.of(arguments[2]));
        String version = arguments[3];
        String architecture = arguments[5];

        List<JsonNode> components = new ArrayList<>();
        for (JsonNode component : distribution.path("components")) {
            if (jars.remove(jarOf(component))) {
                components.add(component);
            }
        }
        if (!jars.isEmpty()) {
            throw new IllegalStateException(
                    "no component of " + arguments[0] + " tells of " + String.join(", ", jars));
        }
        Set<String> named = references(components);
        List<String> lines =
                new String(System.in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        for (String line : lines) {
            components.add(debian(line.split(" "), architecture, arguments[6]));
        }
        ((ObjectNode) components.getLast())
                .put("description", "Java runtime " + runtime + ", linked from modules of its JDK");

        ObjectNode image = JSON.createObjectNode();
        image.put("type", "container")
                .put("bom-ref", "swivel@" + version + "-" + architecture)
                .put("name", "swivel")
                .put("version", version)
                .put("description", "Swivel for linux/" + architecture);
        ObjectNode bom = JSON.createObjectNode();
        bom.put("bomFormat", "CycloneDX")
                .put("specVersion", distribution.path("specVersion").asText())
                .put("serialNumber", "")
                .put("version", 1);
        bom.putObject("metadata").put("timestamp", arguments[4]).set("component", image);
        bom.putArray("components").addAll(components);
        bom.set("dependencies", dependencies(distribution, image, components, named));
        // the same image has the same number
        byte[] content = JSON.writeValueAsBytes(bom);
        bom.put("serialNumber", "urn:uuid:" + UUID.nameUUIDFromBytes(content));
        System.out.println(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(bom));
    }

    private static Set<String> jars(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".jar"))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static String jarOf(JsonNode component) {
        String name = component.path("name").asText() + "-" + component.path("version").asText();
        String purl = component.path("purl").asText();
        int classifier = purl.indexOf("classifier=");
        return classifier < 0
                ? name + ".jar"
                : name + "-" + purl.substring(classifier + "classifier=".length()).split("&")[0] + ".jar";
    }

    private static String javaVersion(Path release) throws IOException {
        return Files.readAllLines(release).stream()
                .filter(line -> line.startsWith("JAVA_VERSION="))
                .map(line -> line.substring("JAVA_VERSION=".length()).replace("\"", ""))
                .findFirst()
                .orElseThrow();
    }

    private static ObjectNode debian(String[] packageAndVersion, String architecture, String suite) {
        String name = packageAndVersion[0];
        String version = packageAndVersion[1];
        String purl =
                "pkg:deb/debian/%s@%s?arch=%s&distro=%s"
                        .formatted(encoded(name), encoded(version), architecture, suite);
        return JSON.createObjectNode()
                .put("type", "library")
                .put("bom-ref", purl)
                .put("name", name)
                .put("version", version)
                .put("purl", purl);
    }

    private static String encoded(String text) {
        return text.replace("%", "%25").replace("+", "%2B").replace(":", "%3A");
    }

    private static Set<String> references(List<JsonNode> components) {
        return components.stream()
                .map(component -> component.path("bom-ref").asText())
                .collect(Collectors.toCollection(HashSet::new));
    }

    /// The image depends on all Debian packages and on Swivel's daemon; which library needs which, the
    /// distribution's bill says.
    private static ArrayNode dependencies(
            JsonNode distribution, JsonNode image, List<JsonNode> components, Set<String> named) {
        ArrayNode dependencies = JSON.createArrayNode();
        ArrayNode direct =
                dependencies
                        .addObject()
                        .put("ref", image.path("bom-ref").asText())
                        .putArray("dependsOn");
        for (JsonNode component : components) {
            String reference = component.path("bom-ref").asText();
            if (!named.contains(reference) || component.path("name").asText().equals("daemon")) {
                direct.add(reference);
            }
        }
        for (JsonNode dependency : distribution.path("dependencies")) {
            if (named.contains(dependency.path("ref").asText())) {
                ObjectNode kept =
                        dependencies.addObject().put("ref", dependency.path("ref").asText());
                ArrayNode on = kept.putArray("dependsOn");
                dependency.path("dependsOn").forEach(reference -> {
                    if (named.contains(reference.asText())) {
                        on.add(reference);
                    }
                });
            }
        }
        return dependencies;
    }
}
