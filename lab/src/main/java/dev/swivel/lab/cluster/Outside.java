package dev.swivel.lab.cluster;

import dev.swivel.lab.traffic.Place;

/// A machine that is not part of the cluster: the internet, or a client in the office.
public final class Outside extends Machine {
    Outside(String namespace, Place place) {
        super(
                namespace,
                place,
                ClusterLayout.OUTSIDE_NETWORK.map(net -> net.host(ClusterLayout.OUTSIDE)));
    }
}
