package dev.swivel.lab.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.swivel.lab.api.store.Json;
import dev.swivel.lab.bench.seam.SeamFigures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// All that one run measured.
///
/// @param surroundings the machine, by what a reader would ask for
/// @param figures grows while it is measured
/// @param ipvs of mode ipvs, at the seam; grows too
record Report(Map<String, String> surroundings, List<Figures> figures, List<SeamFigures> ipvs) {

    /// Writes `bench.json`, `bench.md` and `bench.html`.
    void write(Path directory) throws IOException {
        ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        mapper.writeValue(directory.resolve("bench.json").toFile(), json());
        Files.writeString(directory.resolve("bench.md"), MarkdownTable.of(this));
        Files.writeString(directory.resolve("bench.html"), HtmlReport.of(this));
    }

    private ObjectNode json() {
        ObjectNode root = Json.object();
        ObjectNode machine = root.putObject("surroundings");
        surroundings.forEach(machine::put);
        var list = root.putArray("figures");
        figures.forEach(each -> list.add(json(each)));
        var inIpvs = root.putArray("ipvs");
        ipvs.forEach(each -> inIpvs.add(each.json()));
        return root;
    }

    private static ObjectNode json(Figures figures) {
        ObjectNode node =
                Json.object()
                        .put("subject", figures.subject)
                        .put("iptables", figures.flavour)
                        .put("services", figures.size.services())
                        .put("endpointsEach", figures.size.endpoints())
                        .put("natLines", figures.lines)
                        .put("natChains", figures.chains);
        put(node, "startMs", figures.starts);
        put(node, "startCpuSeconds", figures.startCpu);
        put(node, "startFloorReadMs", figures.startReads);
        put(node, "startFloorLoadMs", figures.startLoads);
        put(node, "updateMs", figures.updates);
        put(node, "floorMs", figures.floor);
        put(node, "burstMs", figures.bursts);
        put(node, "burstSyncs", figures.burstCommits);
        ObjectNode connects = node.putObject("connectMicros");
        figures.connects.forEach((way, samples) -> put(connects, way, samples));
        put(node, "restCpuPercent", figures.restCpuPercent);
        put(node, "cpuSecondsPer100Updates", figures.cpuPer100());
        put(node, "ownCpuSecondsPer100Updates", figures.ownCpuPer100);
        put(node, "childrenCpuSecondsPer100Updates", figures.childrenCpuPer100);
        put(node, "floorCpuSecondsPer100", figures.floorCpuPer100);
        put(node, "residentMb", figures.residentMb);
        put(node, "residentAtEndMb", figures.residentAtEndMb);
        put(node, "peakMb", figures.peakMb);
        if (figures.problem != null) {
            node.put("problem", figures.problem);
        }
        return node;
    }

    private static void put(ObjectNode node, String name, Samples samples) {
        var values = node.putArray(name);
        samples.values().forEach(value -> values.add(Math.round(value * 1000) / 1000.0));
    }

    private static void put(ObjectNode node, String name, double value) {
        if (!Double.isNaN(value)) {
            node.put(name, Math.round(value * 1000) / 1000.0);
        }
    }
}
