package dev.swivel.netfilter.rule;

/// A rule in a built-in chain that leads to a chain of ours.
///
/// @param from a built-in chain
public record Jump(Table table, ChainName from, Rule rule) {}
