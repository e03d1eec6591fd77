package dev.swivel.lab.api.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.swivel.lab.api.fault.Fault;
import dev.swivel.lab.api.fault.Faults;
import dev.swivel.lab.api.store.StatusException;
import dev.swivel.lab.api.store.Store;
import dev.swivel.lab.api.verbs.Verbs;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes every request: notes it, lets faults strike, and hands it on.
public final class ApiHandler implements HttpHandler {
    private static final Logger log = LoggerFactory.getLogger(ApiHandler.class);

    private final Faults faults;
    private final RequestLog requests;
    private final ResourceHandler resources;

    public ApiHandler(
            Store store,
            Verbs verbs,
            Faults faults,
            RequestLog requests,
            Duration bookmarkInterval) {
        this.faults = faults;
        this.requests = requests;
        this.resources = new ResourceHandler(store, verbs, faults, bookmarkInterval);
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        var agent = exchange.getRequestHeaders().getFirst("User-Agent");
        var request =
                RequestParser.parse(
                        exchange.getRequestMethod(),
                        exchange.getRequestURI(),
                        agent == null ? "" : agent);
        requests.add(request);
        try {
            if (strike(exchange, request)) {
                answer(exchange, request);
            }
        } catch (StatusException refusal) {
            drain(exchange);
            Answers.refusal(exchange, refusal);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("server closed");
        } catch (RuntimeException e) {
            log.warn("request failed: {} {}", request.method(), request.path(), e);
            Answers.refusal(exchange, Refusals.unexpected(e));
        }
    }

    // An answer before the body was read would break the connection for the next request.
    private static void drain(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
    }

    /// Returns whether the request is still to be answered.
    private boolean strike(HttpExchange exchange, ApiRequest request)
            throws IOException, InterruptedException {
        var struck = faults.atRequest(request);
        if (struck.isEmpty()) {
            return true;
        }
        var injection = struck.get();
        switch (injection.fault()) {
            case Fault.DropConnection _ -> throw new IOException("dropped by a fault");
            case Fault.Stall _ -> {
                injection.awaitClosed();
                throw new IOException("stalled by a fault");
            }
            case Fault.Delay(var howLong) -> injection.awaitClosed(howLong);
            case Fault.Gone _ -> {
                if (request.isWatch()) {
                    // A watch is refused by an event, as by the real server.
                    Answers.stream(
                            exchange,
                            "application/json",
                            out -> WatchStream.writeError(out, Refusals.gone()));
                    return false;
                }
                throw Refusals.gone();
            }
            case Fault.TooManyRequests(var after) -> throw Refusals.tooManyRequests(after);
            case Fault.ServerError _ -> throw Refusals.internalError();
            case Fault.Forbidden _ -> throw Refusals.forbidden(request);
            case Fault.EndWatch _ -> {
                Answers.bytes(exchange, 200, "application/json", new byte[0]);
                return false;
            }
            case Fault.TruncatedEvent _, Fault.MalformedEvent _, Fault.UnknownEventType _ ->
                    throw new IllegalStateException("strikes events only");
        }
        return true;
    }

    private void answer(HttpExchange exchange, ApiRequest request)
            throws IOException, InterruptedException {
        if (request.isResource()) {
            resources.handle(exchange, request);
            return;
        }
        if (!request.method().equals("GET")) {
            throw StatusException.methodNotAllowed();
        }
        var path = Arrays.stream(request.path().split("/", -1)).filter(s -> !s.isEmpty()).toList();
        if (path.size() == 1 && List.of("readyz", "livez", "healthz").contains(path.getFirst())) {
            var ok = "ok".getBytes(StandardCharsets.UTF_8);
            Answers.bytes(exchange, 200, "text/plain; charset=utf-8", ok);
            return;
        }
        Answers.json(exchange, 200, document(exchange, path));
    }

    private static JsonNode document(HttpExchange exchange, List<String> path) {
        return switch (String.join("/", path)) {
            case "version" -> Discovery.version();
            case "api" -> {
                var address = exchange.getLocalAddress();
                yield Discovery.coreVersions(
                        address.getAddress().getHostAddress() + ":" + address.getPort());
            }
            case "apis" -> Discovery.groups();
            case "openapi/v2" -> OpenApi.v2();
            case "openapi/v3" -> OpenApi.index();
            case String _ -> nested(path);
        };
    }

    private static JsonNode nested(List<String> path) {
        boolean openApi = path.size() > 2 && path.getFirst().equals("openapi");
        var rest = openApi ? path.subList(2, path.size()) : path;
        if (rest.size() == 2 && rest.getFirst().equals("api")) {
            return openApi ? OpenApi.v3("", rest.get(1)) : Discovery.resources("", rest.get(1));
        }
        if (rest.size() == 3 && rest.getFirst().equals("apis")) {
            return openApi
                    ? OpenApi.v3(rest.get(1), rest.get(2))
                    : Discovery.resources(rest.get(1), rest.get(2));
        }
        if (rest.size() == 2 && rest.getFirst().equals("apis") && !openApi) {
            return Discovery.group(rest.get(1));
        }
        throw StatusException.noSuchPath();
    }
}
