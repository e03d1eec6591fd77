package dev.swivel.daemon;

import picocli.CommandLine.IVersionProvider;

/// The version that the build wrote into the jar.
public final class Version implements IVersionProvider {
    /// The Kubernetes whose kube-proxy Swivel behaves like.
    public static final String KUBERNETES = "1.36.0";

    public static String text() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    /// In the form of a Kubernetes component's `gitVersion`.
    public static String asKubernetes() {
        return "v" + KUBERNETES + "+swivel-" + text();
    }

    @Override
    public String[] getVersion() {
        return new String[] {"Swivel " + text()};
    }
}
