package dev.swivel.lab.api.verbs;

/// Options of a request that writes.
///
/// @param dryRun go all the way but do not commit
/// @param fieldManager who writes; matters to server-side apply
public record WriteOptions(boolean dryRun, String fieldManager) {
    public static final WriteOptions DEFAULT = new WriteOptions(false, "unknown");
}
