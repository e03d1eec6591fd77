package dev.swivel.linux.ipset;

import dev.swivel.linux.IpFamily;
import java.time.Duration;
import java.util.Optional;

/// What the kernel tells about a set without its elements.
///
/// @param typeName the type as the kernel spells it; may be one that [SetType] does not have
/// @param family absent for types without addresses
/// @param hashSize number of buckets now; 0 for bitmaps
/// @param maxElements 0 for bitmaps
/// @param timeout default lifetime of elements; absent for a set without timeouts
/// @param references rules and sets that use it; it cannot be destroyed unless 0
/// @param withMarks whether elements may carry a [PacketMark]
/// @param elements how many are in it; -1 where the kernel does not tell
public record SetHeader(
        String name,
        String typeName,
        Optional<IpFamily> family,
        int revision,
        int hashSize,
        int maxElements,
        Optional<Duration> timeout,
        boolean withMarks,
        int references,
        int elements) {
    /// The type, if [SetType] has it.
    public Optional<SetType> type() {
        return SetType.of(typeName);
    }
}
