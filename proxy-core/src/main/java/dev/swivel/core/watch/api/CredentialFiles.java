package dev.swivel.core.watch.api;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// The files that a connection was made of, as they were then: a kubeconfig, certificates, keys.
final class CredentialFiles {
    private static final int NOTHING = Arrays.hashCode(new byte[0]);

    private final Map<Path, Integer> contents = new HashMap<>();

    /// Looks at a file now; to be called before it is used, lest a change in between is missed.
    void add(Path file) {
        contents.put(file, content(file));
    }

    /// Whether one of them says something else by now. One that is gone or empty does not: it is
    /// being replaced.
    boolean haveChanged() {
        return contents.entrySet().stream()
                .anyMatch(file -> {
                    int now = content(file.getKey());
                    return now != NOTHING && now != file.getValue();
                });
    }

    private static int content(Path file) {
        try {
            return Arrays.hashCode(Files.readAllBytes(file));
        } catch (IOException _) {
            return NOTHING;
        }
    }
}
