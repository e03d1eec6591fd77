package dev.swivel.linux.ipvs;

/// What the kernel tells about its IPVS.
///
/// @param version such as `1.2.1`
/// @param connectionTableSize buckets of the connection table
public record Info(String version, int connectionTableSize) {}
