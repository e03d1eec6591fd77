package dev.swivel.linux.ipset;

import java.util.Optional;
import java.util.stream.Stream;

/// The set types this package can fill.
public enum SetType {
    HASH_IP("hash:ip"),
    HASH_IP_PORT("hash:ip,port"),
    HASH_IP_PORT_IP("hash:ip,port,ip"),
    HASH_IP_PORT_NET("hash:ip,port,net"),
    HASH_NET("hash:net"),
    HASH_NET_PORT("hash:net,port"),
    BITMAP_PORT("bitmap:port");

    private final String kernelName;

    SetType(String kernelName) {
        this.kernelName = kernelName;
    }

    /// As the kernel and the `ipset` program spell it.
    public String kernelName() {
        return kernelName;
    }

    public boolean isHash() {
        return this != BITMAP_PORT;
    }

    /// The type of that spelling, if it is one of these.
    public static Optional<SetType> of(String kernelName) {
        return Stream.of(values()).filter(t -> t.kernelName.equals(kernelName)).findFirst();
    }
}
