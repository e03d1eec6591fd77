package dev.swivel.ipvs.render;

import dev.swivel.core.model.ServicePortName;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/// Gives service ports a packet mark each, of bits 16 to 30 (ipvsadm prints a mark with bit 31 as a
/// negative number) without the masquerade bit. A port keeps its mark while it needs one; which it
/// gets depends on its name, and, if names collide, on who came first.
public final class Marks {
    private static final int FIELD = 0x7fff0000;

    private final int field;
    private final int count;
    private final Map<ServicePortName, Integer> taken = new HashMap<>();
    private final BitSet used = new BitSet();

    public Marks(int masqueradeBit) {
        field = field(masqueradeBit);
        count = (1 << Integer.bitCount(field)) - 1;
    }

    /// The bits that marks are made of.
    public static int field(int masqueradeBit) {
        return FIELD & ~(1 << masqueradeBit);
    }

    /// The mark that a port has, or a new one; none if there is none left.
    OptionalInt take(ServicePortName port) {
        Integer known = taken.get(port);
        if (known != null) {
            return OptionalInt.of(Integer.expand(known, field));
        }
        if (taken.size() == count) {
            return OptionalInt.empty();
        }
        int id =
                1
                        + Math.floorMod(
                                port.toString().hashCode() * 31 + port.protocol().number(), count);
        while (used.get(id)) {
            id = id == count ? 1 : id + 1;
        }
        used.set(id);
        taken.put(port, id);
        return OptionalInt.of(Integer.expand(id, field));
    }

    /// The mark that a port has; 0 if none.
    int of(ServicePortName port) {
        Integer id = taken.get(port);
        return id == null ? 0 : Integer.expand(id, field);
    }

    void release(ServicePortName port) {
        Integer id = taken.remove(port);
        if (id != null) {
            used.clear(id);
        }
    }
}
