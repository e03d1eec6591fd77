package dev.swivel.linux.ipset;

import java.time.Duration;
import java.util.Optional;

/// One element to add to a set or to delete from it. By default it does not matter whether the
/// element is there already (add) or not there (delete); `strict` makes that an error.
public sealed interface SetChange {
    String set();

    SetElement element();

    boolean strict();

    /// Puts an element into a set.
    ///
    /// @param timeout in whole seconds, for sets made with one; absent: the set's default. Adding
    ///   an element that is there sets its time anew.
    /// @param mark for sets made [SetSpec#withMarks()]; adding an element that is there replaces
    ///   its mark, or clears it if absent
    record Add(
            String set,
            SetElement element,
            Optional<Duration> timeout,
            Optional<PacketMark> mark,
            boolean strict)
            implements SetChange {
        public Add {
            SetSpec.checkName(set);
        }

        public Add withTimeout(Duration lifetime) {
            return new Add(set, element, Optional.of(lifetime), mark, strict);
        }

        public Add withMark(PacketMark packetMark) {
            return new Add(set, element, timeout, Optional.of(packetMark), strict);
        }

        /// The same for another set.
        public Add to(String other) {
            return new Add(other, element, timeout, mark, strict);
        }

        public Add strictly() {
            return new Add(set, element, timeout, mark, true);
        }

        @Override
        public String toString() {
            return "add " + element + mark.map(m -> " " + m).orElse("") + " to " + set;
        }
    }

    /// Takes an element out of a set.
    record Delete(String set, SetElement element, boolean strict) implements SetChange {
        public Delete {
            SetSpec.checkName(set);
        }

        public Delete strictly() {
            return new Delete(set, element, true);
        }

        @Override
        public String toString() {
            return "delete " + element + " from " + set;
        }
    }

    static Add add(String set, SetElement element) {
        return new Add(set, element, Optional.empty(), Optional.empty(), false);
    }

    static Delete delete(String set, SetElement element) {
        return new Delete(set, element, false);
    }
}
