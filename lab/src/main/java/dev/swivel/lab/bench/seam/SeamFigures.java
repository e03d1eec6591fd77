package dev.swivel.lab.bench.ipvs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.swivel.lab.api.store.Json;
import dev.swivel.lab.bench.Samples;
import dev.swivel.lab.bench.Size;
import java.util.ArrayList;
import java.util.List;

/// What was measured at one size.
///
/// @param firstMs the first `apply`, of everything, into a fresh namespace
/// @param changeMs each `apply` of one exchanged endpoint, milliseconds
/// @param callsPerChange system calls of the thread that applies, as strace counts them; NaN if it
///   could not
/// @param ipvsadmMs `ipvsadm --restore` of the same virtual servers into a fresh namespace
/// @param ipsetMs `ipset restore` of the same sets into a fresh namespace
public record IpvsFigures(
        Size size,
        double firstMs,
        Samples changeMs,
        double callsPerChange,
        double ipvsadmMs,
        double ipsetMs) {

    public ObjectNode json() {
        ObjectNode node =
                Json.object()
                        .put("services", size.services())
                        .put("endpointsEach", size.endpoints())
                        .put("firstMs", rounded(firstMs))
                        .put("ipvsadmRestoreMs", rounded(ipvsadmMs))
                        .put("ipsetRestoreMs", rounded(ipsetMs));
        if (!Double.isNaN(callsPerChange)) {
            node.put("systemCallsPerChange", rounded(callsPerChange));
        }
        var values = node.putArray("changeMs");
        changeMs.values().forEach(value -> values.add(rounded(value)));
        return node;
    }

    static IpvsFigures of(JsonNode node) {
        List<Double> changes = new ArrayList<>();
        node.path("changeMs").forEach(value -> changes.add(value.asDouble()));
        return new IpvsFigures(
                new Size(node.path("services").asInt(), node.path("endpointsEach").asInt()),
                node.path("firstMs").asDouble(),
                new Samples(changes),
                node.path("systemCallsPerChange").asDouble(Double.NaN),
                node.path("ipvsadmRestoreMs").asDouble(),
                node.path("ipsetRestoreMs").asDouble());
    }

    private static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
