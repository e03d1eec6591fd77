package dev.swivel.core.backend;

import java.util.List;

/// One named thing in the kernel, as an operator knows it: a chain with its rules, a set with its
/// elements, a virtual server with its real servers.
///
/// @param where the facility and what of it: `iptables nat`, `ipset`, `ipvs`
/// @param content a line for each part, in the syntax of the facility's own program
public record KernelObject(String where, String name, List<String> content) {
    public KernelObject {
        content = List.copyOf(content);
    }
}
