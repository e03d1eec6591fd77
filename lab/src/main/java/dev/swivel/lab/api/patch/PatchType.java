package dev.swivel.lab.api.patch;

import dev.swivel.lab.api.store.StatusException;

/// The kinds of patch, by media type.
public enum PatchType {
    JSON("application/json-patch+json"),
    MERGE("application/merge-patch+json"),
    STRATEGIC("application/strategic-merge-patch+json"),
    APPLY("application/apply-patch+yaml");

    private final String mediaType;

    PatchType(String mediaType) {
        this.mediaType = mediaType;
    }

    public String mediaType() {
        return mediaType;
    }

    /// The type that a `Content-Type` header names.
    ///
    /// @throws StatusException 415 if there is no such patch
    public static PatchType of(String contentType) {
        int parameters = contentType.indexOf(';');
        var type = (parameters < 0 ? contentType : contentType.substring(0, parameters)).strip();
        for (PatchType patch : values()) {
            if (patch.mediaType.equals(type)) {
                return patch;
            }
        }
        throw StatusException.unsupportedMediaType(type);
    }
}
