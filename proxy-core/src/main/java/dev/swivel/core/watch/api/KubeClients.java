package dev.swivel.core.watch.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.swivel.core.config.ProxyConfig.ClientConnection;
import io.fabric8.kubernetes.api.model.AuthInfo;
import io.fabric8.kubernetes.api.model.Context;
import io.fabric8.kubernetes.api.model.NamedAuthInfo;
import io.fabric8.kubernetes.api.model.NamedCluster;
import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.api.model.NamedExtension;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.internal.KubeConfigUtils;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Finds the API server, as kube-proxy does (spec 11.3, 12.3): the kubeconfig, its server
/// overridden by `--master`; `--master` alone; with neither, the pod's own service account.
///
/// `qps` and `burst` are accepted and not used: the informers send a few requests a minute, and the
/// server has its own fairness.
public final class KubeClients {
    private static final Path SERVICE_ACCOUNT =
            Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

    private static final String KUBECONFIG = "clientConnection.kubeconfig";

    private final Map<String, String> environment;
    private final Path serviceAccount;

    public KubeClients() {
        this(System.getenv(), SERVICE_ACCOUNT);
    }

    /// How to reach a server, and the files that say so.
    record Access(Config config, CredentialFiles files) {}

    /// @param environment where KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are looked up
    /// @param serviceAccount folder of `token` and `ca.crt`
    KubeClients(Map<String, String> environment, Path serviceAccount) {
        this.environment = Map.copyOf(environment);
        this.serviceAccount = serviceAccount;
    }

    /// Nothing is sent yet: a server that is away is the source's business.
    ///
    /// @param version of Swivel, for the user agent
    /// @throws ConnectionSettingsException if the settings lead to no server
    public ApiConnection connect(ClientConnection settings, String version) {
        return connect(settings, version, new CompositeMeterRegistry());
    }

    /// The same, with requests counted and timed.
    public ApiConnection connect(ClientConnection settings, String version, MeterRegistry meters) {
        return ApiConnection.open(() -> access(settings), "swivel/" + version, meters);
    }

    private Access access(ClientConnection settings) {
        CredentialFiles files = new CredentialFiles();
        Config config;
        if (!settings.kubeconfig().isEmpty()) {
            Path kubeconfig = Path.of(settings.kubeconfig());
            files.add(kubeconfig);
            config = fromKubeconfig(kubeconfig);
        } else if (!settings.master().isEmpty()) {
            config = Config.empty();
        } else {
            config = inCluster();
        }
        if (!settings.master().isEmpty()) {
            config.setMasterUrl(masterUrl(settings.master()));
        }
        Stream.of(config.getCaCertFile(), config.getClientCertFile(), config.getClientKeyFile())
                .filter(file -> file != null && !file.isEmpty())
                .forEach(file -> files.add(Path.of(file)));
        return new Access(config, files);
    }

    private static Config fromKubeconfig(Path file) {
        requireReadable(file, KUBECONFIG);
        passOverExtensions();
        try {
            requireServer(KubeConfigUtils.parseConfig(file.toFile()), file);
            Config config = Config.fromKubeconfig(file.toFile());
            useTokenFile(config, file);
            return config;
        } catch (ConnectionSettingsException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new ConnectionSettingsException(
                    KUBECONFIG + ": " + file + " cannot be used: " + Traffic.describe(e), e);
        }
    }

    /// What other programs note down in a kubeconfig may be an object of any kind, so to be ready
    /// for one the library loads the classes of all kinds: 9 MB. Nothing of it is used. The mapper
    /// that the library reads kubeconfigs with can be had in this way only.
    @SuppressWarnings("deprecation")
    private static void passOverExtensions() {
        var _ = Serialization.jsonMapper().addMixIn(NamedExtension.class, NameOnly.class);
    }

    @JsonIgnoreProperties("extension")
    private interface NameOnly {}

    /// The library takes a kubeconfig that leads nowhere for one that leads to its default server.
    private static void requireServer(io.fabric8.kubernetes.api.model.Config parsed, Path file) {
        Optional<Context> context =
                parsed.getContexts().stream()
                        .filter(named ->
                                Objects.equals(named.getName(), parsed.getCurrentContext()))
                        .map(NamedContext::getContext)
                        .findFirst();
        if (context.isEmpty()) {
            throw new ConnectionSettingsException(
                    KUBECONFIG
                            + ": "
                            + file
                            + " has no context that current-context names: set current-context");
        }
        boolean hasServer =
                parsed.getClusters().stream()
                        .filter(named ->
                                Objects.equals(named.getName(), context.get().getCluster()))
                        .map(NamedCluster::getCluster)
                        .anyMatch(cluster -> cluster != null && cluster.getServer() != null);
        if (!hasServer) {
            throw new ConnectionSettingsException(
                    KUBECONFIG
                            + ": "
                            + file
                            + " names no server for context "
                            + parsed.getCurrentContext()
                            + ": set clusters[].cluster.server");
        }
    }

    /// `users[].user.tokenFile`, which kubeadm's configuration uses and the client library ignores.
    private static void useTokenFile(Config config, Path kubeconfig) {
        Optional<String> tokenFile = tokenFile(config, kubeconfig);
        if (tokenFile.isPresent()) {
            Path file = kubeconfig.toAbsolutePath().resolveSibling(tokenFile.get());
            try {
                config.setOauthTokenProvider(new TokenFile(file));
            } catch (IOException e) {
                throw new ConnectionSettingsException(
                        KUBECONFIG + ": tokenFile " + file + " cannot be read", e);
            }
        }
    }

    private static Optional<String> tokenFile(Config config, Path kubeconfig) {
        Context context = config.getCurrentContext().getContext();
        List<NamedAuthInfo> users = KubeConfigUtils.parseConfig(kubeconfig.toFile()).getUsers();
        return users.stream()
                .filter(user ->
                        context.getUser() != null && context.getUser().equals(user.getName()))
                .map(NamedAuthInfo::getUser)
                .filter(user -> user != null)
                .map(AuthInfo::getTokenFile)
                .filter(text -> text != null && !text.isEmpty())
                .findFirst();
    }

    private Config inCluster() {
        String host = environment.getOrDefault("KUBERNETES_SERVICE_HOST", "");
        String port = environment.getOrDefault("KUBERNETES_SERVICE_PORT", "");
        if (host.isEmpty() || port.isEmpty()) {
            throw new ConnectionSettingsException(
                    "no API server: clientConnection.kubeconfig and --master are empty, and"
                            + " KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set."
                            + " Set one of them, or use --manifests");
        }
        Path token = serviceAccount.resolve("token");
        Path authority = serviceAccount.resolve("ca.crt");
        requireReadable(token, "service account");
        requireReadable(authority, "service account");
        Config config = Config.empty();
        config.setMasterUrl(
                masterUrl(
                        "https://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port));
        config.setCaCertFile(authority.toString());
        try {
            config.setOauthTokenProvider(new TokenFile(token));
        } catch (IOException e) {
            throw new ConnectionSettingsException("service account: " + token, e);
        }
        return config;
    }

    private static void requireReadable(Path file, String setting) {
        if (!Files.isReadable(file)) {
            throw new ConnectionSettingsException(
                    setting
                            + ": "
                            + file
                            + (Files.exists(file) ? " cannot be read" : " does not exist")
                            + ": mount it, or name another file");
        }
    }

    /// @param text a URL, or `host:port` for plain HTTP
    private static String masterUrl(String text) {
        @Nullable URI uri = null;
        try {
            uri = new URI(text.contains("://") ? text : "http://" + text);
        } catch (URISyntaxException _) {
            // reported below
        }
        boolean http = uri != null && ("http".equals(uri.getScheme()) || isHttps(uri));
        if (uri == null || !http || uri.getHost() == null) {
            throw new ConnectionSettingsException(
                    "--master: not a URL of the form https://host:port: " + text);
        }
        return uri.toString();
    }

    private static boolean isHttps(URI uri) {
        return "https".equals(uri.getScheme());
    }
}
