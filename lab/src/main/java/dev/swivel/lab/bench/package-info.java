/// Benchmarks: a proxy as users run it, in the lab's namespaces, with real connections.
@NullMarked
package dev.swivel.lab.bench;

import org.jspecify.annotations.NullMarked;
