package dev.swivel.core.model;

import dev.swivel.core.model.EndpointSlice.Entry;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Entries of a slice in 9 bytes each, or 21 in IPv6.
///
/// @param hints those that the entries have, each once: few, since they name zones or nodes
record EntryForm(List<Hints> hints) implements PackedList.Form<Entry> {
    private static final int READY = 1;
    private static final int SERVING = 2;
    private static final int TERMINATING = 4;
    private static final int LOCAL = 8;

    record Hints(List<String> zones, List<String> nodes) {
        static final Hints NONE = new Hints(List.of(), List.of());

        static Hints of(Entry entry) {
            return new Hints(entry.zoneHints(), entry.nodeHints());
        }
    }

    private static final EntryForm WITHOUT_HINTS = new EntryForm(List.of(Hints.NONE));

    static List<Entry> pack(List<Entry> entries) {
        if (entries instanceof PackedList<?>) {
            return entries;
        }
        Map<Hints, Integer> numbers = new LinkedHashMap<>();
        entries.forEach(entry -> numbers.putIfAbsent(Hints.of(entry), numbers.size()));
        List<Hints> all = List.copyOf(numbers.keySet());
        return PackedList.of(
                entries,
                all.equals(WITHOUT_HINTS.hints) ? WITHOUT_HINTS : new EntryForm(all),
                (entry, into) ->
                        into.put(flags(entry)).putInt(numbers.getOrDefault(Hints.of(entry), 0)));
    }

    private static byte flags(Entry entry) {
        return (byte)
                ((entry.ready() ? READY : 0)
                        | (entry.serving() ? SERVING : 0)
                        | (entry.terminating() ? TERMINATING : 0)
                        | (entry.local() ? LOCAL : 0));
    }

    @Override
    public IpAddress address(Entry entry) {
        return entry.address();
    }

    @Override
    public int width() {
        return Byte.BYTES + Integer.BYTES;
    }

    @Override
    public Entry read(IpAddress address, ByteBuffer properties) {
        int flags = properties.get();
        Hints own = hints.get(properties.getInt());
        return new Entry(
                address,
                (flags & READY) != 0,
                (flags & SERVING) != 0,
                (flags & TERMINATING) != 0,
                (flags & LOCAL) != 0,
                own.zones(),
                own.nodes());
    }
}
