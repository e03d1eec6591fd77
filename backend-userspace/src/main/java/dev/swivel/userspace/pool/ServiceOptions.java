package dev.swivel.userspace.pool;

import static java.util.stream.Collectors.joining;

import dev.swivel.core.model.Endpoint;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.Problem;
import dev.swivel.userspace.balance.Algorithm;
import dev.swivel.userspace.balance.Weights;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What a Service's annotations under `swivel.dev/` ask of this backend.
///
/// @param weights by endpoint, as `address` or `address:port` in canonical text; others have 1
/// @param proxyProtocol whether endpoints are told the client's address by PROXY protocol v2
/// @param drain how long connections to an endpoint that left may live on
record ServiceOptions(
        Algorithm algorithm, Map<String, Integer> weights, boolean proxyProtocol, Duration drain) {

    /// The last is one of mode ipvs.
    private static final Set<String> NAMES =
            Set.of("algorithm", "weights", "proxy-protocol", "drain-seconds", "ipvs-scheduler");

    ServiceOptions {
        weights = Map.copyOf(weights);
    }

    int weight(Endpoint endpoint) {
        Integer exact = weights.get(endpoint.toString());
        return exact != null ? exact : weights.getOrDefault(endpoint.address().toString(), 1);
    }

    /// Reads the annotations. What is not understood is added to `complaints`, and the default
    /// stays.
    static ServiceOptions read(
            Map<String, String> options, PoolDefaults defaults, List<String> complaints) {
        options.keySet().stream()
                .filter(name -> !NAMES.contains(name))
                .sorted()
                .forEach(name ->
                        complaints.add(
                                "swivel.dev/: there is no annotation "
                                        + Problem.quoted(name)
                                        + "; there are "
                                        + NAMES.stream().sorted().collect(joining(", "))));
        return new ServiceOptions(
                algorithm(options, defaults, complaints),
                weights(options.getOrDefault("weights", ""), complaints),
                proxyProtocol(options.getOrDefault("proxy-protocol", "off"), complaints),
                drain(options, defaults, complaints));
    }

    private static Algorithm algorithm(
            Map<String, String> options, PoolDefaults defaults, List<String> complaints) {
        String text = options.get("algorithm");
        if (text == null) {
            return defaults.algorithm();
        }
        Optional<Algorithm> algorithm = Algorithm.of(text.strip());
        if (algorithm.isEmpty()) {
            complaints.add(
                    "swivel.dev/algorithm: unknown "
                            + Problem.quoted(text)
                            + "; one of "
                            + Algorithm.options());
        }
        return algorithm.orElse(defaults.algorithm());
    }

    private static Map<String, Integer> weights(String text, List<String> complaints) {
        Map<String, Integer> weights = new HashMap<>();
        List<String> wrong = new ArrayList<>();
        for (String entry : text.split(",", -1)) {
            if (entry.isBlank()) {
                continue;
            }
            int equals = entry.lastIndexOf('=');
            Optional<String> who =
                    equals < 0 ? Optional.empty() : endpoint(entry.substring(0, equals).strip());
            int weight = equals < 0 ? -1 : number(entry.substring(equals + 1), Weights.MAX);
            if (who.isEmpty() || weight < 0) {
                wrong.add(entry.strip());
            } else {
                weights.put(who.get(), weight);
            }
        }
        if (!wrong.isEmpty()) {
            complaints.add(
                    "swivel.dev/weights: "
                            + Problem.quoted(String.join(", ", wrong))
                            + " is not address=weight or address:port=weight with a weight"
                            + " from 0 to "
                            + Weights.MAX);
        }
        return weights;
    }

    /// The canonical text of an address, or of an address and port.
    private static Optional<String> endpoint(String text) {
        Optional<IpAddress> alone = IpAddress.parse(text);
        if (alone.isPresent()) {
            return alone.map(IpAddress::toString);
        }
        int colon = text.lastIndexOf(':');
        int port = colon < 0 ? -1 : number(text.substring(colon + 1), 65535);
        if (port < 1) {
            return Optional.empty();
        }
        String host = text.substring(0, colon);
        boolean brackets = host.startsWith("[") && host.endsWith("]");
        return IpAddress.parse(brackets ? host.substring(1, host.length() - 1) : host)
                .map(address -> new Endpoint(address, port, false).toString());
    }

    private static boolean proxyProtocol(String text, List<String> complaints) {
        String wanted = text.strip();
        if (!wanted.equals("v2") && !wanted.equals("off")) {
            complaints.add(
                    "swivel.dev/proxy-protocol: " + Problem.quoted(text) + " is not v2 or off");
        }
        return wanted.equals("v2");
    }

    private static Duration drain(
            Map<String, String> options, PoolDefaults defaults, List<String> complaints) {
        String text = options.get("drain-seconds");
        if (text == null) {
            return defaults.drain();
        }
        int seconds = number(text, 86_400);
        if (seconds < 0) {
            complaints.add(
                    "swivel.dev/drain-seconds: "
                            + Problem.quoted(text)
                            + " is not from 0 to 86400");
            return defaults.drain();
        }
        return Duration.ofSeconds(seconds);
    }

    /// A decimal number from 0 to `most`, or -1.
    private static int number(String text, int most) {
        String digits = text.strip();
        if (digits.isEmpty()
                || digits.length() > 6
                || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        int number = Integer.parseInt(digits);
        return number <= most ? number : -1;
    }
}
