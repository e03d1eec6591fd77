package dev.swivel.netfilter.commit;

import dev.swivel.linux.ipset.IpSets;
import dev.swivel.linux.ipset.PacketMark;
import dev.swivel.linux.ipset.SetChange;
import dev.swivel.linux.ipset.SetElement;
import dev.swivel.linux.ipset.SetHeader;
import dev.swivel.linux.ipset.SetHeaders;
import dev.swivel.linux.ipset.SetSpec;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The ipsets of a network namespace: [IpSets], or a stand-in for tests.
public interface SetStore extends AutoCloseable {
    List<SetHeader> headers() throws IOException;

    /// All headers for an audit, as they are or as they were a moment ago: see [SharedLook].
    SetHeaders look(Object asker) throws IOException;

    /// Whether there is one of that name: unlike [#headers], not dearer where sets are large.
    default boolean exists(String set) throws IOException {
        return headers().stream().anyMatch(header -> header.name().equals(set));
    }

    /// With the marks they carry.
    Map<SetElement, Optional<PacketMark>> elements(String set) throws IOException;

    /// One of that name is an error.
    void create(SetSpec spec) throws IOException;

    void destroy(String set) throws IOException;

    void swap(String one, String other) throws IOException;

    void apply(List<SetChange> changes) throws IOException;

    @Override
    void close();

    /// One without any sets that takes none: to plan from nothing.
    static SetStore empty() {
        return new SetStore() {
            private IOException refusal() {
                return new IOException("there is no kernel behind this");
            }

            @Override
            public List<SetHeader> headers() {
                return List.of();
            }

            @Override
            public SetHeaders look(Object asker) {
                return SetHeaders.NONE;
            }

            @Override
            public Map<SetElement, Optional<PacketMark>> elements(String set) {
                return Map.of();
            }

            @Override
            public void create(SetSpec spec) throws IOException {
                throw refusal();
            }

            @Override
            public void destroy(String set) throws IOException {
                throw refusal();
            }

            @Override
            public void swap(String one, String other) throws IOException {
                throw refusal();
            }

            @Override
            public void apply(List<SetChange> changes) throws IOException {
                throw refusal();
            }

            @Override
            public void close() {}
        };
    }

    /// The kernel's, in the calling thread's network namespace.
    static SetStore open() throws IOException {
        IpSets sets = IpSets.open();
        SharedLook shared = new SharedLook(sets::look, System::nanoTime);
        return new SetStore() {
            @Override
            public List<SetHeader> headers() throws IOException {
                return sets.headers();
            }

            @Override
            public SetHeaders look(Object asker) throws IOException {
                return shared.look(asker);
            }

            @Override
            public boolean exists(String set) throws IOException {
                return sets.exists(set);
            }

            @Override
            public Map<SetElement, Optional<PacketMark>> elements(String set) throws IOException {
                return sets.marks(set);
            }

            @Override
            public void create(SetSpec spec) throws IOException {
                shared.forget();
                sets.createNew(spec);
            }

            @Override
            public void destroy(String set) throws IOException {
                shared.forget();
                sets.destroy(set);
            }

            @Override
            public void swap(String one, String other) throws IOException {
                shared.forget();
                sets.swap(one, other);
            }

            @Override
            public void apply(List<SetChange> changes) throws IOException {
                shared.forget();
                sets.apply(changes);
            }

            @Override
            public void close() {
                sets.close();
            }
        };
    }
}
