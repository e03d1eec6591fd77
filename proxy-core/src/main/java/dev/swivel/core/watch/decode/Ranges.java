package dev.swivel.core.watch.decode;

import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.Problem;
import dev.swivel.core.model.SourceRanges;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// `spec.loadBalancerSourceRanges` by family (spec 3.4). Unlike kube-proxy, a restricted Service
/// stays restricted: a family for which no valid range is given is closed, not open
/// (docs/differences.md, "Source ranges").
final class Ranges {
    private Ranges() {}

    static Map<IpFamily, SourceRanges> decode(
            List<IpAddress> clusterIps, List<@Nullable String> texts, Problems problems) {
        List<Cidr> valid = valid(texts, problems);
        boolean restricted = !texts.isEmpty();
        Map<IpFamily, SourceRanges> ranges = new EnumMap<>(IpFamily.class);
        for (IpAddress ip : clusterIps) {
            List<Cidr> own = valid.stream().filter(c -> c.family() == ip.family()).toList();
            boolean anyone = !restricted || own.stream().anyMatch(Cidr::isEverything);
            ranges.put(ip.family(), anyone ? SourceRanges.ANYONE : new SourceRanges.Only(own));
        }
        return ranges;
    }

    private static List<Cidr> valid(List<@Nullable String> texts, Problems problems) {
        List<Cidr> valid = new ArrayList<>();
        for (String text : texts) {
            Optional<Cidr> range = text == null ? Optional.empty() : Cidr.parse(text);
            if (range.isEmpty()) {
                problems.add(
                        "InvalidSourceRange",
                        "spec.loadBalancerSourceRanges "
                                + Problem.quoted(text)
                                + " is no CIDR: it admits nobody");
            }
            range.filter(cidr -> !valid.contains(cidr)).ifPresent(valid::add);
        }
        return valid;
    }
}
