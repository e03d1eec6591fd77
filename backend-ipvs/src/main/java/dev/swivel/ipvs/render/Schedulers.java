package dev.swivel.ipvs.render;

/// Which schedulers the kernel has.
@FunctionalInterface
public interface Schedulers {
    boolean has(String name);
}
