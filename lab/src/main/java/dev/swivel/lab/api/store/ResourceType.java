package dev.swivel.lab.api.store;

import java.util.List;

/// A resource as clients see it: its names, and where it is served.
///
/// @param storage the name under which objects are kept; the two `events` resources share one
/// @param selectable fields (dotted paths) that field selectors may name, besides `metadata.name`
///   and `metadata.namespace`
public record ResourceType(
        String group,
        String version,
        String plural,
        String singular,
        String kind,
        boolean namespaced,
        List<String> shortNames,
        List<String> categories,
        boolean statusSubresource,
        boolean readOnly,
        String storage,
        List<String> selectable) {

    public ResourceType {
        shortNames = List.copyOf(shortNames);
        categories = List.copyOf(categories);
        selectable = List.copyOf(selectable);
    }

    public String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    public String listKind() {
        return kind + "List";
    }

    /// As refusals name it: `services`, `endpointslices.discovery.k8s.io`.
    public String qualifiedPlural() {
        return group.isEmpty() ? plural : plural + "." + group;
    }

    /// As refusals of invalid objects name it: `Service`, `EndpointSlice.discovery.k8s.io`.
    public String qualifiedKind() {
        return group.isEmpty() ? kind : kind + "." + group;
    }

    /// The key of an object in storage, in the order in which lists are served.
    public String key(String namespace, String name) {
        return namespaced ? namespace + "/" + name : name;
    }
}
