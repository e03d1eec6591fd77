package dev.swivel.lab.uml;

/// How a command in a guest ended.
///
/// @param exitCode of the command; 124 when its time was over, 128 and more when a signal ended it
/// @param output what it wrote to stdout and stderr, and what the kernel had to say meanwhile
public record GuestResult(int exitCode, String output) {}
