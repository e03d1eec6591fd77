package dev.swivel.userspace.relay;

import dev.swivel.core.model.IpAddress;
import dev.swivel.userspace.route.Arrival;
import io.netty.channel.unix.Socket;

/// A socket that answers come from: bound to the service's address and port, and shared by the
/// flows of one event loop that were sent there. Counted, since it is closed with the last of them.
final class ReplySocket {
    /// Address and port of the service, as in an [Arrival].
    record Key(IpAddress service, int port) {
        static Key of(Arrival arrival) {
            return new Key(arrival.service(), arrival.servicePort());
        }
    }

    private final Key key;
    private final Socket socket;
    private final boolean owned;
    private int users;

    /// @param owned whether it is closed with its last flow
    ReplySocket(Key key, Socket socket, boolean owned) {
        this.key = key;
        this.socket = socket;
        this.owned = owned;
    }

    Key key() {
        return key;
    }

    int number() {
        return socket.intValue();
    }

    void use() {
        users++;
    }

    /// @return whether nobody uses it any more
    boolean release() {
        users--;
        if (users == 0 && owned) {
            Sockets.close(socket);
        }
        return users == 0;
    }
}
