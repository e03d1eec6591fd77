import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.DebugElementsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/// Makes the jars of a distribution fit for an AOT cache: without the tables of local variables, which
/// only debuggers read and which would be resident; and classes of a version before 6, which no cache
/// takes, as classes of version 8, with the stack maps that these need. Line numbers stay.
///
///     Slim.java DISTRIBUTION
///
/// Writes the jars in `lib` anew, and says in `sbom.json` which differ from what their makers published.
/// Doing it twice changes nothing more. The same jars give the same bytes.
final class Slim {
    private static final int FIRST_WITH_STACK_MAPS = 50;
    private static final int JAVA_8 = 52;
    private static final String NOTE =
            "Classes without tables of local variables; classes of Java 5 and before as of Java 8. No other change.";

    private static final ClassFile CLASSES = ClassFile.of(DebugElementsOption.DROP_DEBUG);

    static void main(String[] arguments) throws IOException {
        Path distribution = Path.of(arguments[0]);
        Path lib = distribution.resolve("lib");
        try (Stream<Path> files = Files.list(lib)) {
            for (Path jar : files.filter(file -> file.toString().endsWith(".jar")).sorted().toList()) {
                slim(jar);
            }
        }
        Path bill = distribution.resolve("sbom.json");
        ObjectMapper json = new ObjectMapper();
        JsonNode content = json.readTree(bill.toFile());
        for (JsonNode component : content.path("components")) {
            Path jar = lib.resolve(jarOf(component));
            if (Files.exists(jar)) {
                tell((ObjectNode) component, sha256(jar));
            }
        }
        json.writerWithDefaultPrettyPrinter().writeValue(bill.toFile(), content);
    }

    private static void slim(Path jar) throws IOException {
        Path made = jar.resolveSibling(jar.getFileName() + ".new");
        boolean changed = false;
        try (JarFile from = new JarFile(jar.toFile());
                OutputStream out = Files.newOutputStream(made);
                JarOutputStream to = new JarOutputStream(out)) {
            for (JarEntry entry : from.stream().toList()) {
                byte[] was;
                try (InputStream in = from.getInputStream(entry)) {
                    was = in.readAllBytes();
                }
                byte[] is = entry.getName().endsWith(".class") ? slim(was) : was;
                changed |= is != was;
                JarEntry copy = new JarEntry(entry.getName());
                copy.setTimeLocal(entry.getTimeLocal());
                to.putNextEntry(copy);
                to.write(is);
                to.closeEntry();
            }
        }
        if (changed) {
            Files.move(made, jar, StandardCopyOption.REPLACE_EXISTING);
        } else {
            Files.delete(made);
        }
    }

    private static byte[] slim(byte[] was) {
        ClassModel model = CLASSES.parse(was);
        boolean old = model.majorVersion() < FIRST_WITH_STACK_MAPS;
        boolean hasTables =
                model.methods().stream()
                        .flatMap(method -> method.code().stream())
                        .flatMap(code -> code.attributes().stream())
                        .anyMatch(attribute -> attribute.attributeName().stringValue().startsWith("LocalVariable"));
        if (!old && !hasTables) {
            return was;
        }
        ClassTransform bodies = ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL);
        try {
            return CLASSES.transformClass(model, old ? bodies.andThen(Slim::ofJava8) : bodies);
        } catch (IllegalArgumentException e) { // names classes that are not here
            return was;
        }
    }

    private static void ofJava8(ClassBuilder builder, ClassElement element) {
        if (element instanceof ClassFileVersion) {
            builder.withVersion(JAVA_8, 0);
        } else {
            builder.with(element);
        }
    }

    /// What the bill says of a jar is what its maker published; if the jar is another now, that is told.
    private static void tell(ObjectNode component, String sha256) {
        for (JsonNode hash : component.path("hashes")) {
            if (hash.path("content").asText().equals(sha256)) {
                return;
            }
        }
        component.putArray("hashes").addObject().put("alg", "SHA-256").put("content", sha256);
        component.putObject("pedigree").put("notes", NOTE);
    }

    private static String jarOf(JsonNode component) {
        String name = component.path("name").asText() + "-" + component.path("version").asText();
        String purl = component.path("purl").asText();
        int classifier = purl.indexOf("classifier=");
        return classifier < 0
                ? name + ".jar"
                : name + "-" + purl.substring(classifier + "classifier=".length()).split("&")[0] + ".jar";
    }

    private static String sha256(Path file) throws IOException {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
