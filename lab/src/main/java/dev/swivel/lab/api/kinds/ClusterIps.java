package dev.swivel.lab.api.kinds;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.Set;

/// Cluster addresses of one IP family.
///
/// The search starts at a place that follows from the service's name, so that the same services get
/// the same addresses in every run. The first addresses are left to those who ask for one by name
/// (KEP-3070).
final class ClusterIps {
    private static final int STATIC_BAND = 256;

    private final BigInteger base;
    private final int bytes;
    private final int size;
    private final String range;
    private final Claims<String> claims = new Claims<>();

    /// A range to give out; of a large one the first 2^16 addresses are used.
    ///
    /// @param network the first address of the range
    /// @param prefix the prefix length
    ClusterIps(String network, int prefix) {
        byte[] first = Addresses.parse(network).orElseThrow().getAddress();
        this.base = new BigInteger(1, first);
        this.bytes = first.length;
        this.size = 1 << Math.min(16, first.length * 8 - prefix);
        this.range = network + "/" + prefix;
    }

    void replace(String service, Set<String> addresses) {
        var mine = new HashSet<String>();
        addresses.forEach(address ->
                Addresses.parse(address)
                        .filter(parsed -> parsed.getAddress().length == bytes)
                        .ifPresent(parsed -> mine.add(Rfc5952.text(parsed))));
        claims.replace(service, mine);
    }

    /// Why the service cannot have this address; empty if it can.
    String refusal(String service, String address) {
        var parsed = Addresses.parse(address).orElseThrow();
        if (!contains(parsed)) {
            return "failed to allocate IP %s: the provided IP (%s) is not in the valid range. The range of valid IPs is %s"
                    .formatted(address, address, range);
        }
        if (claims.isTakenByOther(Rfc5952.text(parsed), service)) {
            return "failed to allocate IP %s: provided IP is already allocated".formatted(address);
        }
        return "";
    }

    private boolean contains(InetAddress address) {
        byte[] raw = address.getAddress();
        if (raw.length != bytes) {
            return false;
        }
        var offset = new BigInteger(1, raw).subtract(base);
        return offset.signum() > 0 && offset.compareTo(BigInteger.valueOf(size - 1L)) < 0;
    }

    /// A free address.
    ///
    /// @throws IllegalStateException if the range is used up
    String allocate(String service) {
        int dynamic = size - STATIC_BAND - 1;
        int start = Math.floorMod(service.hashCode() * 0x9E3779B1, dynamic);
        for (int i = 0; i < dynamic; i++) {
            var candidate = at(STATIC_BAND + (start + i) % dynamic);
            if (!claims.isTakenByOther(candidate, service)) {
                return candidate;
            }
        }
        for (int i = 1; i < STATIC_BAND; i++) {
            if (!claims.isTakenByOther(at(i), service)) {
                return at(i);
            }
        }
        throw new IllegalStateException("range is full: " + range);
    }

    private String at(int offset) {
        byte[] raw = base.add(BigInteger.valueOf(offset)).toByteArray();
        byte[] address = new byte[bytes];
        int length = Math.min(raw.length, bytes);
        System.arraycopy(raw, raw.length - length, address, bytes - length, length);
        try {
            return Rfc5952.text(InetAddress.getByAddress(address));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
