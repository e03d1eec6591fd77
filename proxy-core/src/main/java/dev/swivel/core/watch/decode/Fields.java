package dev.swivel.core.watch.decode;

import com.fasterxml.jackson.databind.JsonNode;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.Problem;
import dev.swivel.core.model.Protocol;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Single values of an API object, none of which can be trusted to be there or to make sense.
final class Fields {
    private Fields() {}

    /// What a value that is not there, or null, reads as: an object without fields.
    static JsonNode object(JsonNode node) {
        if (!isAbsent(node) && !node.isObject()) {
            throw new WrongTypeException(node, "an object");
        }
        return node;
    }

    /// The elements of a list, whatever they are.
    static List<JsonNode> list(JsonNode node) {
        if (!isAbsent(node) && !node.isArray()) {
            throw new WrongTypeException(node, "a list");
        }
        List<JsonNode> elements = new ArrayList<>(node.size());
        node.forEach(elements::add);
        return elements;
    }

    /// The texts of a list; null for an element that is null.
    static List<@Nullable String> texts(JsonNode node) {
        List<@Nullable String> texts = new ArrayList<>(node.size());
        for (JsonNode element : list(node)) {
            texts.add(textOrNull(element));
        }
        return texts;
    }

    static @Nullable String textOrNull(JsonNode node) {
        if (!isAbsent(node) && !node.isTextual()) {
            throw new WrongTypeException(node, "a text");
        }
        return node.textValue();
    }

    static String text(JsonNode node) {
        return text(textOrNull(node));
    }

    static @Nullable Integer number(JsonNode node) {
        if (isAbsent(node)) {
            return null;
        }
        if (!node.isIntegralNumber() || !node.canConvertToInt()) {
            throw new WrongTypeException(node, "a whole number of 32 bits");
        }
        return node.intValue();
    }

    static boolean flag(JsonNode node, boolean otherwise) {
        if (!isAbsent(node) && !node.isBoolean()) {
            throw new WrongTypeException(node, "true or false");
        }
        return node.asBoolean(otherwise);
    }

    private static boolean isAbsent(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }

    static String text(@Nullable String text) {
        return text == null ? "" : text;
    }

    /// An address that traffic can be sent to. Refuses what the API's own validation refuses for
    /// endpoints and external IPs: unspecified, loopback, multicast, link-local, broadcast.
    static Optional<IpAddress> unicast(String field, @Nullable String text, Problems problems) {
        Optional<IpAddress> address = address(field, text, problems);
        if (address.isPresent() && isLinkLocal(address.get())) {
            problems.add("InvalidAddress", field + " " + address.get() + " is link-local");
            return Optional.empty();
        }
        return address;
    }

    /// As [#unicast], but link-local addresses pass: the API allows them for VIPs and nodes.
    static Optional<IpAddress> address(String field, @Nullable String text, Problems problems) {
        Optional<IpAddress> address = text == null ? Optional.empty() : IpAddress.parse(text);
        if (address.isEmpty()) {
            problems.add(
                    "InvalidAddress", field + " " + Problem.quoted(text) + " is no IP address");
            return address;
        }
        String special = special(address.get());
        if (!special.isEmpty()) {
            problems.add(
                    "InvalidAddress",
                    field + " " + address.get() + " is " + special + ": no traffic can go there");
            return Optional.empty();
        }
        return address;
    }

    private static String special(IpAddress address) {
        if (address.isUnspecified()) {
            return "the unspecified address";
        }
        if (address.isLoopback()) {
            return "a loopback address";
        }
        if (address.isMulticast()) {
            return "a multicast address";
        }
        boolean broadcast = address.family() == IpFamily.IPV4 && address.low() == 0xffffffffL;
        return broadcast ? "the broadcast address" : "";
    }

    private static boolean isLinkLocal(IpAddress address) {
        return address.isLinkLocalV6()
                || (address.family() == IpFamily.IPV4 && (address.low() >>> 16) == 0xa9fe);
    }

    /// An absent protocol is TCP, the API's default.
    static Optional<Protocol> protocol(String field, @Nullable String text, Problems problems) {
        if (text == null || text.isEmpty()) {
            return Optional.of(Protocol.TCP);
        }
        Optional<Protocol> protocol = Protocol.of(text);
        if (protocol.isEmpty()) {
            problems.add(
                    "UnknownProtocol",
                    field + " " + Problem.quoted(text) + " is none of TCP, UDP, SCTP");
        }
        return protocol;
    }

    static boolean isPort(@Nullable Integer port) {
        return port != null && port >= 1 && port <= 65535;
    }

    /// RFC 3339 with or without fractions of a second and with any offset.
    static Optional<Instant> time(String field, @Nullable String text, Problems problems) {
        if (text == null || text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    isWholeSecondsOfUtc(text)
                            ? wholeSeconds(text)
                            : OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException _) {
            problems.add(
                    "InvalidTime", field + " " + Problem.quoted(text) + " is no RFC 3339 time");
            return Optional.empty();
        }
    }

    /// `2006-01-02T15:04:05Z`, which is what API servers write. The general parser takes a quarter
    /// of the time in which a Service is decoded.
    private static boolean isWholeSecondsOfUtc(String text) {
        String form = "dddd-dd-ddTdd:dd:ddZ";
        if (text.length() != form.length()) {
            return false;
        }
        for (int i = 0; i < form.length(); i++) {
            char c = text.charAt(i);
            boolean fits = form.charAt(i) == 'd' ? c >= '0' && c <= '9' : c == form.charAt(i);
            if (!fits) {
                return false;
            }
        }
        return true;
    }

    private static Instant wholeSeconds(String text) {
        return LocalDateTime.of(
                        number(text, 0, 4),
                        number(text, 5, 7),
                        number(text, 8, 10),
                        number(text, 11, 13),
                        number(text, 14, 16),
                        number(text, 17, 19))
                .toInstant(ZoneOffset.UTC);
    }

    private static int number(String text, int from, int to) {
        return Integer.parseInt(text, from, to, 10);
    }

    /// `Local` or not, for the two traffic policies.
    static boolean isLocal(String field, @Nullable String policy, Problems problems) {
        return switch (text(policy)) {
            case "Local" -> true;
            case "", "Cluster" -> false;
            default -> {
                problems.add(
                        "UnknownPolicy",
                        field
                                + " "
                                + Problem.quoted(policy)
                                + " is neither Cluster nor Local: served as Cluster");
                yield false;
            }
        };
    }
}
