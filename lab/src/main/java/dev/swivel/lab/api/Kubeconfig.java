package dev.swivel.lab.api;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The file by which `kubectl` and Swivel find an API.
public final class Kubeconfig {
    private Kubeconfig() {}

    /// Writes a kubeconfig for an API without authentication.
    public static Path write(Path file, String url) throws IOException {
        return Files.writeString(
                file,
                """
                apiVersion: v1
                kind: Config
                clusters:
                - name: lab
                  cluster:
                    server: "%s"
                users:
                - name: lab
                  user: {}
                contexts:
                - name: lab
                  context:
                    cluster: lab
                    user: lab
                current-context: lab
                """
                        .formatted(url));
    }
}
