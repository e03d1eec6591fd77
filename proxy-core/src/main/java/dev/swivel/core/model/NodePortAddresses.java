package dev.swivel.core.model;

import java.util.List;

/// On which addresses of the node its node ports answer (spec 4.7, 11.7), for one IP family.
public sealed interface NodePortAddresses {
    NodePortAddresses ALL = new All();

    /// Every local address.
    record All() implements NodePortAddresses {}

    /// These addresses, which the node has now, sorted. Empty means on none.
    record Only(List<IpAddress> addresses) implements NodePortAddresses {
        public Only {
            addresses = addresses.stream().sorted().toList();
        }
    }
}
