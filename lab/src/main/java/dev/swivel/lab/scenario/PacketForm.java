package dev.swivel.lab.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.Protocol;
import dev.swivel.lab.scenario.Expected.Endpoint;
import dev.swivel.lab.scenario.Expected.Source;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// The packets of a scenario:
///
/// ```yaml
/// - from: [client-1, outside]        # one or several of the cast
///   to: [10.96.0.10:80, node-1:30080/udp]
///   endpoints: [web-1, web-2:8081]   # or verdict: refused | dropped | untouched
///   source: kept                     # or node; may be left out
///   sticks: true                     # each sender keeps to one of them
///   fromPort: 4000                   # one flow that goes on over the steps
/// ```
///
/// Every `from` sends to every `to`, in every family of the scenario, or the one in `family`.
/// `localhost` is a host, too.
final class PacketForm {
    private final Set<IpFamily> families;
    private final Cast cast;

    PacketForm(Set<IpFamily> families, Cast cast) {
        this.families = families;
        this.cast = cast;
    }

    List<SentPacket> packets(ObjectNode form) {
        ObjectForms.allowOnly(
                form,
                "from",
                "to",
                "endpoints",
                "source",
                "verdict",
                "sticks",
                "fromPort",
                "family");
        List<SentPacket> packets = new ArrayList<>();
        for (JsonNode from : ObjectForms.list(form.path("from"))) {
            cast.member(from.asText());
            for (JsonNode to : ObjectForms.list(form.path("to"))) {
                for (IpFamily family : Families.named(form.path("family"), families)) {
                    packet(from.asText(), to.asText(), family, form).ifPresent(packets::add);
                }
            }
        }
        if (packets.isEmpty()) {
            throw new ScenarioException("nobody sends: " + form);
        }
        return packets;
    }

    private Optional<SentPacket> packet(String from, String to, IpFamily family, ObjectNode form) {
        int slash = to.indexOf('/');
        String socket = slash < 0 ? to : to.substring(0, slash);
        String protocol = slash < 0 ? "TCP" : to.substring(slash + 1).toUpperCase(Locale.ROOT);
        int colon = socket.lastIndexOf(':');
        if (colon < 0) {
            throw new ScenarioException("to: " + to + " (expected: host:port)");
        }
        return host(socket.substring(0, colon), family)
                .map(address ->
                        new SentPacket(
                                from,
                                address,
                                Protocol.of(protocol)
                                        .orElseThrow(() -> new ScenarioException("to: " + to)),
                                Integer.parseInt(socket.substring(colon + 1)),
                                form.path("fromPort").asInt(),
                                expected(form, family)));
    }

    /// The address of a host in a family; empty for an IPv6 address when IPv4 is asked for.
    private Optional<IpAddress> host(String host, IpFamily family) {
        if (host.startsWith("[")) {
            return Optional.of(IpAddress.of(host.substring(1, host.length() - 1)))
                    .filter(address -> address.family() == family);
        }
        if (host.equals("localhost")) {
            return Optional.of(IpAddress.of(family == IpFamily.IPV4 ? "127.0.0.1" : "::1"));
        }
        return Optional.of(
                IpAddress.parse(host)
                        .map(address -> family == IpFamily.IPV4 ? address : Twins.of(address))
                        .orElseGet(() -> cast.member(host).address(family)));
    }

    private Expected expected(ObjectNode form, IpFamily family) {
        if (form.has("endpoints")) {
            Set<Endpoint> endpoints = new HashSet<>();
            ObjectForms.list(form.get("endpoints"))
                    .forEach(each -> endpoints.addAll(endpoints(each, family)));
            return new Expected.Served(
                    endpoints, source(form.path("source")), form.path("sticks").asBoolean());
        }
        String verdict = form.path("verdict").asText();
        return switch (verdict) {
            case "refused" -> new Expected.Refused();
            case "dropped" -> new Expected.Dropped();
            case "untouched" -> new Expected.Untouched();
            default ->
                    throw new ScenarioException(
                            "verdict: "
                                    + verdict
                                    + " (expected: refused, dropped or untouched, or endpoints)");
        };
    }

    private Set<Endpoint> endpoints(JsonNode given, IpFamily family) {
        if (given.has("first")) {
            IpAddress first = IpAddress.of(given.path("first").asText());
            Set<Endpoint> all = new HashSet<>();
            for (int i = 0; i < given.path("count").asInt(); i++) {
                all.add(new Endpoint(new IpAddress(family, first.high(), first.low() + i), 0));
            }
            return all;
        }
        String[] part = given.asText().split(":", -1);
        int port = part.length == 1 ? 0 : Integer.parseInt(part[1]);
        return Set.of(new Endpoint(host(part[0], family).orElseThrow(), port));
    }

    private static Optional<Source> source(JsonNode given) {
        return switch (given.asText()) {
            case "" -> Optional.empty();
            case "kept" -> Optional.of(Source.KEPT);
            case "node" -> Optional.of(Source.NODE);
            default -> throw new ScenarioException("source: " + given + " (expected: kept, node)");
        };
    }
}
