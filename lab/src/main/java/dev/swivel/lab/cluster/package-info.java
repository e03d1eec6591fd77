/// A cluster made of network namespaces: nodes, pods, a router and a machine outside.
///
/// [LabCluster] builds it and removes it again. [ClusterLayout] says which address is whose,
/// [PodNetwork] how pods are connected, [Wiring] collects the commands and runs them.
@NullMarked
package dev.swivel.lab.cluster;

import org.jspecify.annotations.NullMarked;
