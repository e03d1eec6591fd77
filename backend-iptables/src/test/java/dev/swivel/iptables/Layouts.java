package dev.swivel.iptables;

import dev.swivel.core.fixture.Sample;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.LocalTraffic;
import dev.swivel.core.model.NodePortAddresses;
import dev.swivel.iptables.render.Layout;
import java.util.List;

/// What does not depend on Services, for tests.
public final class Layouts {
    private Layouts() {}

    public static Layout of(IpFamily family) {
        return new Layout(
                        family,
                        14,
                        false,
                        true,
                        true,
                        false,
                        List.of(),
                        LocalTraffic.UNKNOWN,
                        NodePortAddresses.ALL,
                        false)
                .with(Sample.node(family));
    }
}
