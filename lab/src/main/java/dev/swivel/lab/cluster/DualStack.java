package dev.swivel.lab.cluster;

import java.util.List;
import java.util.function.Function;

/// The same thing once for IPv4 and once for IPv6.
public record DualStack<T>(T ipv4, T ipv6) {
    public <R> DualStack<R> map(Function<? super T, ? extends R> function) {
        return new DualStack<>(function.apply(ipv4), function.apply(ipv6));
    }

    public List<T> both() {
        return List.of(ipv4, ipv6);
    }
}
