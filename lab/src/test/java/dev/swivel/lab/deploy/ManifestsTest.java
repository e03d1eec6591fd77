package dev.swivel.lab.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.marcnuri.helm.Helm;
import dev.swivel.core.config.ConfigReader;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The kustomize overlays and the Helm chart, rendered and held against the Kubernetes API's types.
class ManifestsTest {
    private static final Path CHART = Manifests.DEPLOY.resolve("helm/swivel");
    private static final String API_SERVER = "apiServer: https://192.0.2.1:6443\n";

    @TempDir Path directory;

    private Manifests helm(String values) throws IOException {
        return Manifests.parse(template(values));
    }

    private String template(String values) throws IOException {
        Path file = Files.writeString(directory.resolve("values.yaml"), values);
        return new Helm(CHART)
                .template()
                .withName("swivel")
                .withNamespace("kube-system")
                .withValuesFile(file)
                .call();
    }

    private static PodSpec pod(Manifests manifests) {
        return manifests.only(DaemonSet.class).getSpec().getTemplate().getSpec();
    }

    private static Container swivel(PodSpec pod) {
        return pod.getContainers().getFirst();
    }

    @ParameterizedTest
    @ValueSource(strings = {"iptables", "ipvs", "userspace"})
    void anOverlayPutsSwivelOnEveryNodeInItsMode(String mode) throws Exception {
        Manifests manifests = Manifests.kustomize(mode);
        assertThat(manifests.objects()).hasSize(5);
        assertMode(manifests, mode);
        assertServesANode(pod(manifests));
        assertHangsTogether(manifests);
    }

    @ParameterizedTest
    @ValueSource(strings = {"iptables", "ipvs", "userspace"})
    void theChartMakesTheSameAsTheOverlay(String mode) throws Exception {
        Manifests chart = helm(API_SERVER + "mode: " + mode + "\nimage: {tag: 0.1.0}\n");
        Manifests overlay = Manifests.kustomize(mode);
        assertMode(chart, mode);
        assertHangsTogether(chart);
        PodSpec ofChart = pod(chart);
        PodSpec ofOverlay = pod(overlay);
        Stream.of(ofChart, ofOverlay).forEach(ManifestsTest::dropNamesAndPolicies);
        assertThat(ofChart).isEqualTo(ofOverlay);
        assertThat(chart.only(ClusterRole.class).getRules())
                .isEqualTo(overlay.only(ClusterRole.class).getRules());
        assertThat(chart.only(DaemonSet.class).getSpec().getUpdateStrategy())
                .isEqualTo(overlay.only(DaemonSet.class).getSpec().getUpdateStrategy());
    }

    /// The overlay's ConfigMap has a hash in its name.
    private static void dropNamesAndPolicies(PodSpec pod) {
        pod.getVolumes().getFirst().getConfigMap().setName("swivel");
        Stream.concat(pod.getContainers().stream(), pod.getInitContainers().stream())
                .forEach(container -> container.setImagePullPolicy(null));
    }

    private static void assertMode(Manifests manifests, String mode) throws Exception {
        var data = manifests.only(ConfigMap.class).getData();
        var read =
                ConfigReader.read(
                        new YAMLMapper().readTree(data.get("config.conf")), "config.conf", "");
        assertThat(read.warnings()).isEmpty();
        assertThat(read.config().mode()).isEqualTo(mode);
        assertThat(read.config().clientConnection().kubeconfig())
                .isEqualTo("/var/lib/kube-proxy/kubeconfig.conf");
        assertThat(
                        new YAMLMapper()
                                .readTree(data.get("kubeconfig.conf"))
                                .at("/users/0/user/tokenFile")
                                .asText())
                .startsWith("/var/run/secrets/kubernetes.io/serviceaccount/");
    }

    /// As kubeadm's DaemonSet for kube-proxy, with fewer rights.
    private static void assertServesANode(PodSpec pod) {
        assertThat(pod.getHostNetwork()).isTrue();
        assertThat(pod.getPriorityClassName()).isEqualTo("system-node-critical");
        assertThat(pod.getTolerations())
                .anySatisfy(toleration -> {
                    assertThat(toleration.getOperator()).isEqualTo("Exists");
                    assertThat(toleration.getKey()).isNull();
                });
        assertThat(pod.getVolumes())
                .filteredOn(volume -> volume.getHostPath() != null)
                .extracting(volume -> volume.getHostPath().getPath())
                .containsExactlyInAnyOrder("/run/xtables.lock", "/lib/modules");
        Container swivel = swivel(pod);
        assertThat(swivel.getLivenessProbe().getHttpGet().getPath()).isEqualTo("/livez");
        assertThat(swivel.getReadinessProbe()).isNotNull();
        assertThat(swivel.getStartupProbe()).isNotNull();
        var rights = swivel.getSecurityContext();
        assertThat(rights.getReadOnlyRootFilesystem()).isTrue();
        assertThat(rights.getPrivileged()).isNull();
        assertThat(rights.getAllowPrivilegeEscalation()).isFalse();
        assertThat(rights.getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(rights.getCapabilities().getAdd()).containsExactly("NET_ADMIN", "NET_RAW");
        assertThat(pod.getInitContainers().getFirst().getArgs()).contains("--init-only");
    }

    /// Names that must agree do.
    private static void assertHangsTogether(Manifests manifests) {
        DaemonSet set = manifests.only(DaemonSet.class);
        PodSpec pod = pod(manifests);
        assertThat(set.getSpec().getTemplate().getMetadata().getLabels())
                .containsAllEntriesOf(set.getSpec().getSelector().getMatchLabels());
        List<String> volumes = pod.getVolumes().stream().map(volume -> volume.getName()).toList();
        assertThat(swivel(pod).getVolumeMounts())
                .extracting(mount -> mount.getName())
                .containsExactlyInAnyOrderElementsOf(volumes);
        assertThat(pod.getVolumes().getFirst().getConfigMap().getName())
                .isEqualTo(manifests.only(ConfigMap.class).getMetadata().getName());
        var binding = manifests.only(ClusterRoleBinding.class);
        assertThat(binding.getRoleRef().getName())
                .isEqualTo(manifests.only(ClusterRole.class).getMetadata().getName());
        assertThat(binding.getSubjects().getFirst().getName())
                .isEqualTo(pod.getServiceAccountName());
        assertThat(manifests.objects())
                .filteredOn(object -> !object.getKind().startsWith("ClusterRole"))
                .extracting(HasMetadata::getMetadata)
                .allMatch(metadata -> "kube-system".equals(metadata.getNamespace()));
    }

    @Test
    void moreConfigurationIsTakenAndADigestWinsOverATag() throws Exception {
        String digest = "sha256:" + "0a".repeat(32);
        Manifests chart =
                helm(
                        API_SERVER
                                + "clusterCIDR: 10.244.0.0/16,fd00:10:244::/56\n"
                                + "config: {nodePortAddresses: [primary], mode: nonsense}\n"
                                + "image: {repository: registry.example/swivel, tag: x, digest: '"
                                + digest
                                + "'}\n");
        assertThat(swivel(pod(chart)).getImage()).isEqualTo("registry.example/swivel@" + digest);
        assertThat(chart.only(ConfigMap.class).getData().get("config.conf"))
                .contains("nodePortAddresses:\n- primary", "mode: iptables", "fd00:10:244::/56");
    }

    @Test
    void whatANodeAsksForIsTaken() throws Exception {
        PodSpec pod =
                pod(
                        helm(
                                """
                                apiServer: "https://[2001:db8::1]:6443"
                                extraArgs: [-v=4, "--logging-format=json"]
                                imagePullSecrets: [{name: registry-password}]
                                podAnnotations: {example.com/scrape: "true"}
                                nodeSelector: {pool: edge, kubernetes.io/os: linux}
                                tolerations: [{key: edge, operator: Exists, effect: NoSchedule}]
                                resources: {}
                                maxUnavailable: 1
                                """));
        assertThat(swivel(pod).getArgs()).endsWith("-v=4", "--logging-format=json");
        assertThat(pod.getInitContainers().getFirst().getArgs()).endsWith("--init-only");
        assertThat(pod.getImagePullSecrets().getFirst().getName()).isEqualTo("registry-password");
        assertThat(pod.getNodeSelector())
                .containsOnly(entry("pool", "edge"), entry("kubernetes.io/os", "linux"));
        assertThat(pod.getTolerations()).extracting("key").containsExactly("edge");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mode: iptables",
                "apiServer: not a url",
                "{apiServer: 'https://192.0.2.1', mode: nftables}",
                "{apiServer: 'https://192.0.2.1', clusterCIDR: \"x\\ny: z\"}",
                "{apiServer: 'https://192.0.2.1', unknown: 1}",
                "{apiServer: \"https://192.0.2.1\\nusers: []\"}",
                "{apiServer: 'https://192.0.2.1', image: {repository: 'swivel latest'}}",
                "{apiServer: 'https://192.0.2.1', nodeSelector: {edge: true}}",
                "{apiServer: 'https://192.0.2.1', imagePullSecrets: [registry-password]}",
                "{apiServer: 'https://192.0.2.1', extraArgs: [sh]}",
                "{apiServer: 'https://192.0.2.1', maxUnavailable: 0}"
            })
    void wrongValuesAreRefused(String values) {
        assertThatThrownBy(() -> template(values)).hasMessageContaining("values");
    }

    @Test
    void theChartIsFreeOfWhatHelmWarnsAbout() throws Exception {
        // lint looks at the chart with its own values, in which the API server has to be filled in
        var result = new Helm(withApiServer()).lint().strict().call();
        assertThat(result.isFailed()).as(result.getMessages().toString()).isFalse();
    }

    private Path withApiServer() throws IOException {
        Path copy = directory.resolve("swivel");
        try (Stream<Path> files = Files.walk(CHART)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(CHART.relativize(file).toString()));
            }
        }
        Path values = copy.resolve("values.yaml");
        Files.writeString(
                values, Files.readString(values).replace("apiServer: \"\"\n", API_SERVER));
        return copy;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hostNetwork: true|hostNetwork: perhaps",
                "priorityClassName:|priorityClasName:",
                "readOnlyRootFilesystem:|readonlyRootFilesystem:",
                "containerPort: 10256|containerPort: healthz"
            })
    void aFieldOrTypeThatTheApiDoesNotHaveIsNoticed(String change) throws Exception {
        String[] parts = change.split("\\|", -1);
        String good = template(API_SERVER);
        assertThat(good).contains(parts[0]);
        String bad = good.replace(parts[0], parts[1]);
        assertThatThrownBy(() -> Manifests.parse(bad)).isInstanceOf(Throwable.class);
    }
}
