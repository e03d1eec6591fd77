package dev.swivel.core.model;

import org.pcollections.HashPMap;
import org.pcollections.HashTreePMap;

/// What this node must serve in one IP family, as of one generation. Immutable: the next state
/// shares with this one all that did not change, so both are cheap to keep.
///
/// @param generation counts up by one with every state handed to a backend
/// @param services iteration order is not defined: sort where order matters
public record ProxyState(
        IpFamily family,
        long generation,
        NodeView node,
        HashPMap<ServiceName, ResolvedService> services) {

    public static ProxyState empty(IpFamily family, NodeView node) {
        return new ProxyState(family, 0, node, HashTreePMap.empty());
    }
}
