package dev.swivel.linux.link;

import dev.swivel.linux.IpFamily;
import java.net.InetAddress;

/// One address to give to an interface or to take from it. By default it does not matter whether it
/// is there already (add) or not there (delete); `strict` makes that an error.
public sealed interface AddressChange {
    int interfaceIndex();

    InetAddress address();

    /// 1 to 32 or 128.
    int prefix();

    boolean strict();

    /// Gives an address to an interface. IPv6 addresses can be used at once: they are not checked
    /// for duplicates.
    record Add(int interfaceIndex, InetAddress address, int prefix, boolean strict)
            implements AddressChange {
        public Add {
            check(address, prefix);
        }

        public Add strictly() {
            return new Add(interfaceIndex, address, prefix, true);
        }

        @Override
        public String toString() {
            return "add address " + text(this);
        }
    }

    /// Takes an address from an interface.
    record Delete(int interfaceIndex, InetAddress address, int prefix, boolean strict)
            implements AddressChange {
        public Delete {
            check(address, prefix);
        }

        public Delete strictly() {
            return new Delete(interfaceIndex, address, prefix, true);
        }

        @Override
        public String toString() {
            return "delete address " + text(this);
        }
    }

    /// An address by itself, with the longest prefix.
    static Add add(Link link, InetAddress address) {
        return new Add(link.index(), address, IpFamily.of(address).maxPrefix(), false);
    }

    /// An address by itself, with the longest prefix.
    static Delete delete(Link link, InetAddress address) {
        return new Delete(link.index(), address, IpFamily.of(address).maxPrefix(), false);
    }

    private static void check(InetAddress address, int prefix) {
        int most = IpFamily.of(address).maxPrefix();
        if (prefix < 1 || prefix > most) {
            throw new IllegalArgumentException(
                    "prefix: " + prefix + " (expected: 1 to " + most + ")");
        }
    }

    private static String text(AddressChange change) {
        return change.address().getHostAddress()
                + "/"
                + change.prefix()
                + " (interface "
                + change.interfaceIndex()
                + ")";
    }
}
