package dev.swivel.lab.api.verbs;

/// Options of a list.
///
/// @param limit most items of one page; 0 for no limit
/// @param continueToken where to go on; empty for the first page
/// @param resourceVersion as the client gave it; empty for the most recent
/// @param resourceVersionMatch `Exact`, `NotOlderThan` or empty
public record ListOptions(
        int limit, String continueToken, String resourceVersion, String resourceVersionMatch) {
    public static final ListOptions ALL = new ListOptions(0, "", "", "");
}
