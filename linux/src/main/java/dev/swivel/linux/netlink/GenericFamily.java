package dev.swivel.linux.netlink;

import dev.swivel.linux.libc.Errno;
import java.io.IOException;
import java.util.Optional;

/// A family of generic netlink (linux/genetlink.h): the kernel gives its number when the module
/// that brings it is loaded.
///
/// @param id the message type of its requests
/// @param version of the family
public record GenericFamily(String name, int id, int version) {
    /// Length of the header that follows the netlink header in every generic netlink message.
    public static final int HEADER_BYTES = 4;

    private static final int CONTROLLER_ID = 0x10;
    private static final int CONTROLLER_VERSION = 1;
    private static final int CMD_GETFAMILY = 3;
    private static final int ATTR_FAMILY_ID = 1;
    private static final int ATTR_FAMILY_NAME = 2;
    private static final int ATTR_VERSION = 3;

    /// Asks the kernel; nothing if it has no such family.
    ///
    /// @param socket one of [Netlink#NETLINK_GENERIC]
    public static Optional<GenericFamily> find(NetlinkSocket socket, String name)
            throws IOException {
        try {
            Attributes family = socket.request(question(name)).getFirst().attributes(HEADER_BYTES);
            return Optional.of(
                    new GenericFamily(name, family.u16(ATTR_FAMILY_ID), family.u32(ATTR_VERSION)));
        } catch (NetlinkException e) {
            if (e.errno() == Errno.ENOENT) {
                return Optional.empty();
            }
            throw e;
        }
    }

    static NetlinkMessage question(String name) {
        return NetlinkMessage.generic(
                        "ask for netlink family " + name,
                        CONTROLLER_ID,
                        CMD_GETFAMILY,
                        CONTROLLER_VERSION,
                        0)
                .string(ATTR_FAMILY_NAME, name);
    }

    /// A request of this family.
    ///
    /// @param what names the request in error messages
    public NetlinkMessage message(String what, int command) {
        return NetlinkMessage.generic(what, id, command, version, 0);
    }
}
