package dev.swivel.lab.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// `EndpointSlice: NAME`, with `of:` the Service if it is not of the same name: one slice for each
/// family, or only for the one in `family:`.
///
/// An endpoint is `web-1`, or `web-1 unready | terminating | gone`, or an Endpoint with `pod:
/// web-1` for addresses, nodeName and conditions, or `{first: ADDRESS, count: N}` for many in a
/// row. Ports are 8080 unless said otherwise.
final class SliceForm {
    private final Set<IpFamily> families;
    private final Cast cast;

    SliceForm(Set<IpFamily> families, Cast cast) {
        this.families = families;
        this.cast = cast;
    }

    /// What the IPv6 slice of a form is called.
    static String ipv6(String name) {
        return name + "-ipv6";
    }

    List<ObjectNode> complete(ObjectNode form) {
        ObjectForms.allowOnly(
                form,
                "EndpointSlice",
                "of",
                "family",
                "labels",
                "annotations",
                "ports",
                "endpoints");
        List<ObjectNode> slices = new ArrayList<>();
        for (IpFamily family : Families.named(form.path("family"), families)) {
            slices.add(slice(form, family));
        }
        return slices;
    }

    private ObjectNode slice(ObjectNode form, IpFamily family) {
        String name = form.path("EndpointSlice").asText();
        ObjectNode slice =
                ObjectForms.manifest(
                        "discovery.k8s.io/v1",
                        "EndpointSlice",
                        family == IpFamily.IPV4 ? name : ipv6(name));
        ((ObjectNode) slice.get("metadata"))
                .putObject("labels")
                .put("kubernetes.io/service-name", form.path("of").asText(name));
        ObjectForms.copyMetadata(form, slice);
        slice.put("addressType", family.label());
        ArrayNode ports = slice.putArray("ports");
        for (JsonNode port : ObjectForms.list(form.path("ports"))) {
            ports.add(named(ServiceForm.port(port)));
        }
        if (!form.has("ports")) {
            ports.add(named(ServiceForm.port(JsonNodeFactory.instance.numberNode(8080))));
        }
        ArrayNode endpoints = slice.putArray("endpoints");
        for (JsonNode endpoint : ObjectForms.list(form.path("endpoints"))) {
            endpoint(endpoint, family, endpoints);
        }
        return slice;
    }

    private static ObjectNode named(ObjectNode port) {
        if (!port.has("name")) {
            port.put("name", "");
        }
        return port;
    }

    private void endpoint(JsonNode given, IpFamily family, ArrayNode into) {
        if (given.isTextual()) {
            String[] word = given.asText().split(" ", -1);
            into.add(endpoint(word[0], word.length == 1 ? "" : word[1], family));
        } else if (given.has("first")) {
            range(given, family, into);
        } else if (given.has("pod") && given instanceof ObjectNode more) {
            ObjectNode endpoint = endpoint(more.path("pod").asText(), "", family);
            ObjectNode rest = more.deepCopy().without("pod");
            if (rest.remove("conditions") instanceof ObjectNode conditions) {
                ((ObjectNode) endpoint.get("conditions")).setAll(conditions);
            }
            into.add(endpoint.setAll(rest));
        } else {
            into.add(given);
        }
    }

    private ObjectNode endpoint(String pod, String state, IpFamily family) {
        var member = cast.member(pod);
        ObjectNode endpoint = JsonNodeFactory.instance.objectNode();
        endpoint.putArray("addresses").add(member.address(family).toString());
        endpoint.put("nodeName", member.node());
        conditions(state, endpoint.putObject("conditions"));
        return endpoint;
    }

    private static void conditions(String state, ObjectNode conditions) {
        switch (state) {
            case "" -> put(conditions, true, true, false);
            case "unready" -> put(conditions, false, false, false);
            case "terminating" -> put(conditions, false, true, true);
            case "gone" -> put(conditions, false, false, true);
            default ->
                    throw new ScenarioException(
                            "an endpoint is unready, terminating or gone, not " + state);
        }
    }

    private static void put(
            ObjectNode conditions, boolean ready, boolean serving, boolean terminating) {
        conditions.put("ready", ready).put("serving", serving).put("terminating", terminating);
    }

    private static void range(JsonNode given, IpFamily family, ArrayNode into) {
        IpAddress first = IpAddress.of(given.path("first").asText());
        if (first.family() != family) {
            throw new ScenarioException(first + " is not " + family.label());
        }
        for (int i = 0; i < given.path("count").asInt(); i++) {
            var address = new IpAddress(family, first.high(), first.low() + i);
            into.addObject()
                    .put("nodeName", "node-2")
                    .putArray("addresses")
                    .add(address.toString());
        }
    }
}
