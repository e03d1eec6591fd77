package dev.swivel.core.model;

/// How to recognise traffic that comes from a pod of this node (spec 11.6), for one IP family.
public sealed interface LocalTraffic {
    /// Nothing is configured: no source can be told apart.
    LocalTraffic UNKNOWN = new Unknown();

    record Unknown() implements LocalTraffic {}

    /// Source address in the range: the modes ClusterCIDR and NodeCIDR.
    record FromCidr(Cidr cidr) implements LocalTraffic {}

    /// Came in through that interface: the mode BridgeInterface.
    record FromInterface(String name) implements LocalTraffic {
        public FromInterface {
            InterfaceName.require(name);
        }
    }

    /// Came in through an interface whose name starts so: the mode InterfaceNamePrefix.
    record FromInterfacePrefix(String prefix) implements LocalTraffic {
        public FromInterfacePrefix {
            InterfaceName.require(prefix);
        }
    }
}
