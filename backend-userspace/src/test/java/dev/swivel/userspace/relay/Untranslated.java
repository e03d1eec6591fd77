package dev.swivel.userspace.relay;

import dev.swivel.core.model.Endpoint;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.Protocol;
import dev.swivel.userspace.route.Origin;
import dev.swivel.userspace.route.Translation;

/// No address translation: what a listener is asked for is the service.
final class Untranslated implements Translation {
    private static final IpAddress SERVICE = IpAddress.of("127.0.0.1");

    @Override
    public Origin ofTcp(int fd, IpAddress peer, int peerPort) {
        return new Origin(peer, peerPort, SERVICE, 80);
    }

    @Override
    public Origin ofUdp(IpAddress peer, int peerPort, IpAddress own, int ownPort) {
        return new Origin(peer, peerPort, own, ownPort);
    }

    @Override
    public boolean mirrors(IpAddress client) {
        return false;
    }

    @Override
    public void mirror(int fd, Protocol protocol, IpAddress client, int clientPort)
            throws Unavailable {
        throw new Unavailable("sources are not kept here");
    }

    @Override
    public Kept keep(int fd, Protocol protocol, IpAddress client, int clientPort, Endpoint endpoint)
            throws Unavailable {
        throw new Unavailable("sources are not kept here");
    }

    @Override
    public void close() {}
}
