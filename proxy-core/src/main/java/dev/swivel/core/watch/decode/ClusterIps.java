package dev.swivel.core.watch.decode;

import com.fasterxml.jackson.databind.JsonNode;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.Problem;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The ClusterIPs of a Service, at most one per family (spec 1.1). `ipFamilies` says which index of
/// `clusterIPs` has which family; without it (objects from before dual stack) each address speaks
/// for itself.
final class ClusterIps {
    private ClusterIps() {}

    static List<IpAddress> decode(JsonNode spec, Problems problems) {
        String first = Fields.text(spec.path("clusterIP"));
        if (first.isEmpty()) {
            problems.add(
                    "NoClusterIP",
                    "spec.clusterIP is empty: give an address, or None for a headless Service");
            return List.of();
        }
        List<@Nullable String> texts = Fields.texts(spec.path("clusterIPs"));
        if (texts.isEmpty()) {
            texts = List.of(first);
        }
        List<@Nullable String> families = Fields.texts(spec.path("ipFamilies"));
        List<IpAddress> found = new ArrayList<>(2);
        for (int i = 0; i < texts.size(); i++) {
            String field = "spec.clusterIPs[" + i + "]";
            @Nullable String family = i < families.size() ? families.get(i) : null;
            boolean familyKnown = families.isEmpty() || isFamily(family, field, problems);
            if (familyKnown) {
                Fields.unicast(field, texts.get(i), problems)
                        .filter(ip -> fits(ip, family, found, field, problems))
                        .ifPresent(found::add);
            }
        }
        return found;
    }

    private static boolean isFamily(@Nullable String label, String field, Problems problems) {
        for (IpFamily family : IpFamily.values()) {
            if (family.label().equals(label)) {
                return true;
            }
        }
        problems.add(
                "UnknownIPFamily",
                field + " has the family " + Problem.quoted(label) + " in spec.ipFamilies");
        return false;
    }

    private static boolean fits(
            IpAddress ip,
            @Nullable String family,
            List<IpAddress> found,
            String field,
            Problems problems) {
        if (family != null && !family.equals(ip.family().label())) {
            problems.add(
                    "InvalidAddress",
                    field + " " + ip + " is not " + family + " as spec.ipFamilies says");
            return false;
        }
        if (found.stream().anyMatch(other -> other.family() == ip.family())) {
            problems.add(
                    "InvalidAddress",
                    field + " " + ip + " is a second address of the family " + ip.family().label());
            return false;
        }
        return true;
    }
}
