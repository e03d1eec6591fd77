package dev.swivel.lab.bench.seam;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.swivel.lab.api.store.Json;
import dev.swivel.lab.bench.Samples;
import dev.swivel.lab.bench.Size;
import java.util.ArrayList;
import java.util.List;

/// What was measured at one size. What a mode does not have is NaN.
///
/// @param firstMs the first `apply`, of everything, into a fresh namespace
/// @param changeMs each `apply` of one exchanged endpoint, milliseconds
/// @param callsPerChange system calls of the bindings during one
/// @param ipvsadmMs `ipvsadm --restore` of the same virtual servers into a fresh namespace
/// @param ipsetMs `ipset restore` of the same sets into a fresh namespace
public record SeamFigures(
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
                        .put("endpointsEach", size.endpoints());
        put(node, "firstMs", firstMs);
        put(node, "ipvsadmRestoreMs", ipvsadmMs);
        put(node, "ipsetRestoreMs", ipsetMs);
        put(node, "systemCallsPerChange", callsPerChange);
        var values = node.putArray("changeMs");
        changeMs.values().forEach(value -> values.add(rounded(value)));
        return node;
    }

    static SeamFigures of(JsonNode node) {
        List<Double> changes = new ArrayList<>();
        node.path("changeMs").forEach(value -> changes.add(value.asDouble()));
        return new SeamFigures(
                new Size(node.path("services").asInt(), node.path("endpointsEach").asInt()),
                node.path("firstMs").asDouble(Double.NaN),
                new Samples(changes),
                node.path("systemCallsPerChange").asDouble(Double.NaN),
                node.path("ipvsadmRestoreMs").asDouble(Double.NaN),
                node.path("ipsetRestoreMs").asDouble(Double.NaN));
    }

    private static void put(ObjectNode node, String name, double value) {
        if (!Double.isNaN(value)) {
            node.put(name, rounded(value));
        }
    }

    private static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
