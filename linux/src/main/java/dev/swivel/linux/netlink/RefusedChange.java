package dev.swivel.linux.netlink;

import java.io.IOException;

/// A change that the kernel refused, and why.
public interface RefusedChange {
    IOException error();
}
