package dev.swivel.linux.route;

import java.net.InetAddress;

/// A range of addresses, each of which is to be this machine's own without being on an interface.
///
/// @param address the first one: bits behind the prefix are 0
/// @param prefix in bits
public record LocalRange(InetAddress address, int prefix) {
    @Override
    public String toString() {
        return address.getHostAddress() + "/" + prefix;
    }
}
