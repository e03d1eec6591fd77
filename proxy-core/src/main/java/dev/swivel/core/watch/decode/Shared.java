package dev.swivel.core.watch.decode;

import dev.swivel.core.model.EndpointSlice;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.Service;
import dev.swivel.core.model.ServiceName;
import dev.swivel.core.model.SourceRanges;
import java.util.List;
import java.util.Map;

/// The values that repeat across objects, kept once. Safe for use from several threads.
final class Shared {
    private final Interner<String> texts = new Interner<>(8192);
    private final Interner<ServiceName> names = new Interner<>(65536);
    private final Interner<List<String>> hints = new Interner<>(8192);
    private final Interner<List<EndpointSlice.Port>> slicePorts = new Interner<>(8192);
    private final Interner<List<Service.Port>> servicePorts = new Interner<>(8192);
    private final Interner<Map<IpFamily, SourceRanges>> ranges = new Interner<>(1024);

    String text(String text) {
        return texts.of(text);
    }

    /// @throws IllegalArgumentException if it is not the name of a Service
    ServiceName name(String namespace, String name) {
        return names.of(new ServiceName(text(namespace), name));
    }

    List<String> hints(List<String> list) {
        return list.isEmpty() ? List.of() : hints.of(List.copyOf(list));
    }

    List<EndpointSlice.Port> slicePorts(List<EndpointSlice.Port> list) {
        return slicePorts.of(List.copyOf(list));
    }

    List<Service.Port> servicePorts(List<Service.Port> list) {
        return servicePorts.of(List.copyOf(list));
    }

    Map<IpFamily, SourceRanges> ranges(Map<IpFamily, SourceRanges> map) {
        return ranges.of(Map.copyOf(map));
    }
}
