package dev.swivel.lab.api.kinds;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.swivel.lab.api.store.Json;
import dev.swivel.lab.api.store.ResourceType;
import dev.swivel.lab.api.store.ResourceTypes;
import dev.swivel.lab.api.store.Store;

/// The rules of every kind. One per store: addresses and ports are given out across all Services.
public final class Kinds {
    private final ServiceRules services;
    private final EndpointSliceRules slices = new EndpointSliceRules();
    private final NodeRules nodes = new NodeRules();
    private final NamespaceRules namespaces = new NamespaceRules();
    private final EventRules events = new EventRules();

    public Kinds(Store store) {
        var allocation = new ServiceAllocation();
        store.addListener(allocation);
        this.services = new ServiceRules(allocation);
    }

    public KindRules of(ResourceType type) {
        return switch (type.storage()) {
            case "services" -> services;
            case "endpointslices" -> slices;
            case "nodes" -> nodes;
            case "namespaces" -> namespaces;
            case "events" -> events;
            default -> KindRules.PLAIN;
        };
    }

    /// From the form in which a resource is served to the form in which it is kept. In place.
    public static ObjectNode toStorage(ResourceType type, ObjectNode object) {
        return type.equals(ResourceTypes.NEW_EVENTS) ? EventRules.toCore(object) : object;
    }

    /// From the form in which a resource is kept to the form in which it is served. In place.
    public static ObjectNode fromStorage(ResourceType type, ObjectNode object) {
        return type.equals(ResourceTypes.NEW_EVENTS) ? EventRules.fromCore(object) : object;
    }

    /// Whether objects are served byte for byte as they are kept.
    public static boolean isServedAsStored(ResourceType type) {
        return !type.equals(ResourceTypes.NEW_EVENTS);
    }

    /// What an object of this kind holds, besides metadata, when nothing is set: the fields that
    /// are never left out. Bookmarks carry this.
    public static ObjectNode empty(ResourceType type) {
        var empty = Json.object();
        switch (type.storage()) {
            case "services" -> {
                empty.putObject("spec");
                empty.putObject("status").putObject("loadBalancer");
            }
            case "nodes" -> new NodeRules().applyDefaults(empty);
            case "namespaces" -> {
                empty.putObject("spec");
                empty.putObject("status");
            }
            case "endpointslices" ->
                    empty.put("addressType", "").putNull("endpoints").putNull("ports");
            default -> {} // nothing that is always there
        }
        return empty;
    }
}
