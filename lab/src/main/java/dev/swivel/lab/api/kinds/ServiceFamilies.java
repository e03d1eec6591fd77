package dev.swivel.lab.api.kinds;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.swivel.lab.api.store.Json;
import java.util.ArrayList;
import java.util.List;

/// Which IP families a Service has, in a cluster that has both and IPv4 first (KEP-563).
final class ServiceFamilies {
    static final String IPV4 = "IPv4";
    static final String IPV6 = "IPv6";

    private ServiceFamilies() {}

    /// Settles `ipFamilyPolicy` and `ipFamilies` of a Service that is not an ExternalName.
    static void settle(ServiceSpec spec, Violations violations) {
        var families = new ArrayList<>(spec.strings("ipFamilies"));
        var policy = Json.text(spec.json(), "ipFamilyPolicy");
        boolean asksForNone = families.isEmpty() && policy.isEmpty();
        if (!spec.isHeadless() && families.isEmpty()) {
            spec.clusterIps().forEach(address -> families.add(familyOf(address)));
        }
        if (policy.isEmpty()) {
            // Without a selector nobody knows what the endpoints will be: both.
            boolean both =
                    families.size() == 2
                            || (asksForNone && spec.isHeadless() && !spec.hasSelector());
            policy = both ? "RequireDualStack" : "SingleStack";
        }
        if (families.isEmpty()) {
            families.add(IPV4);
        }
        if (!List.of(IPV4, IPV6).containsAll(families)) {
            violations.unsupported(
                    "spec.ipFamilies[0]", TextNode.valueOf(families.get(0)), List.of(IPV4, IPV6));
            return;
        }
        if (policy.equals("SingleStack")) {
            keepFirst(spec, families);
        } else if (families.size() == 1) {
            families.add(families.get(0).equals(IPV4) ? IPV6 : IPV4);
        }
        spec.setStrings("ipFamilies", families);
        spec.json().put("ipFamilyPolicy", policy);
    }

    private static void keepFirst(ServiceSpec spec, List<String> families) {
        families.subList(1, families.size()).clear();
        var addresses = spec.clusterIps();
        if (addresses.size() > 1) {
            spec.setStrings("clusterIPs", addresses.subList(0, 1));
        }
    }

    static String familyOf(String address) {
        return address.contains(":") ? IPV6 : IPV4;
    }
}
