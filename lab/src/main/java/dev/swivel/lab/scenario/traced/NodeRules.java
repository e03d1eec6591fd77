package dev.swivel.lab.scenario.traced;

import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.ProxyState;
import java.util.Set;

/// What a backend would write on one node, and a way to walk a packet through it. One for all steps
/// of a scenario, as clients with affinity are remembered.
public interface NodeRules {
    /// What may happen to a packet on this node.
    sealed interface Verdict {
        /// @param masqueraded whether it goes on with an address of this node as its source
        record Translated(IpAddress address, int port, boolean masqueraded) implements Verdict {}

        record Rejected() implements Verdict {}

        record Dropped() implements Verdict {}

        /// It goes where it was addressed.
        record NotCaptured() implements Verdict {}
    }

    /// Programs a state in place of the former one of its family.
    void program(ProxyState state);

    Set<Verdict> walk(NodePacket packet);

    /// A client's connection has gone to that endpoint: affinity keeps it there.
    void served(IpAddress client, IpAddress endpoint, int port);

    /// The rules as text, for people who look for a mistake.
    String describe(IpFamily family);
}
