package dev.swivel.lab.cluster;

import java.net.InetAddress;
import java.util.List;

/// How pods reach each other and their node: the part of a cluster that a CNI plugin makes.
interface PodNetwork {
    /// What a node needs before its first pod.
    ///
    /// @param all all nodes of the cluster, this one among them
    void addNode(NodePlace node, List<NodePlace> all, Wiring wiring);

    /// Connects a pod's namespace, and gives it its addresses and its way out.
    void addPod(NodePlace node, PodPlace pod, Wiring wiring);

    /// The node's device that must run before the pod is reached.
    String device(PodPlace pod);

    /// Where a node is: its number from 1 and its namespace.
    record NodePlace(int number, String namespace) {
        DualStack<Subnet> podRange() {
            return ClusterLayout.podRange(number);
        }

        DualStack<InetAddress> addresses() {
            return ClusterLayout.nodeAddresses(number);
        }
    }

    /// Where a pod is: its namespace and its host number in its node's pod range.
    record PodPlace(String namespace, int host) {
        /// The pod's cable at the node's end. Host numbers are unique on a node.
        String nodeDevice() {
            return "veth" + host;
        }
    }
}
